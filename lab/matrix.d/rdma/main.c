/*
 * Runs the C half of the RDMA cases: rdma-c TABLE FILE_SYSTEM=DIRECTORY...  The table's head explains the fields, and
 * ../main.c the line that each case prints.
 */
#define _GNU_SOURCE
#include "link.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES = 24, FIRST = 4, COUNT = 16, HUGE_BYTES = 2 << 20, HUGE_COUNT = 1 << 20, MARGIN_MICROS = 150000 };

static struct ibv_pd *domain;

struct scene {
	char path[512], kind[16], detail[200];
	const char *mode, *act;
	size_t bytes, first, count, most;
	int fd;
	char *memory;
	struct stat status;
};

static long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000L + time.tv_nsec;
}

static bool is(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static bool tell(struct scene *scene, const char *kind, const char *what, int error)
{
	snprintf(scene->kind, sizeof scene->kind, "%s", kind);
	snprintf(scene->detail, sizeof scene->detail, "%s%s%s", what, error ? ": " : "", error ? strerror(error) : "");
	return false;
}

/* The file has another letter everywhere, at its old size; by a mapping, as huge pages take no write(2). */
static bool fill(struct scene *scene, char letter)
{
	char *memory;

	if (ftruncate(scene->fd, scene->bytes))
		return tell(scene, "failed", "ftruncate", errno);
	memory = mmap(NULL, scene->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, scene->fd, 0);
	if (memory == MAP_FAILED)
		return tell(scene, "failed", "mmap", errno);
	memset(memory, letter, scene->bytes);
	munmap(memory, scene->bytes);
	return true;
}

static bool set(struct scene *scene)
{
	scene->fd = open(scene->path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (scene->fd < 0)
		return tell(scene, "failed", scene->path, errno);
	if (!fill(scene, 'A') || fstat(scene->fd, &scene->status))
		return false;
	scene->memory = mmap(NULL, scene->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, scene->fd, 0);
	return scene->memory != MAP_FAILED || tell(scene, "failed", "mmap", errno);
}

/* How many of the written bytes the file has. */
static size_t arrived(struct scene *scene)
{
	size_t count = 0;
	char *memory = mmap(NULL, scene->bytes, PROT_READ, MAP_SHARED, scene->fd, 0);

	for (size_t i = 0; memory != MAP_FAILED && i < scene->count; i++)
		count += memory[scene->first + i] == 'R';
	if (memory != MAP_FAILED)
		munmap(memory, scene->bytes);
	return count;
}

static int access_of(const char *mode)
{
	if (is(mode, "read"))
		return IBV_ACCESS_REMOTE_READ;
	return IBV_ACCESS_LOCAL_WRITE | IBV_ACCESS_REMOTE_WRITE | (is(mode, "on-demand") ? IBV_ACCESS_ON_DEMAND : 0);
}

static bool cut(struct scene *scene)
{
	if (ftruncate(scene->fd, 0))
		return tell(scene, "failed", "ftruncate", errno);
	return fill(scene, 'V');
}

static void measure(struct scene *scene, int status)
{
	size_t there = arrived(scene);

	tell(scene, !status && there < scene->most ? "orphaned" : "nothing", ibv_wc_status_str(status), 0);
	snprintf(scene->detail + strlen(scene->detail), sizeof scene->detail - strlen(scene->detail), ", %zu of %zu bytes are in the file",
		 there, scene->most);
}

static void write_and_measure(struct scene *scene, struct ibv_mr *region, bool under_way)
{
	int error = under_way ? 0 : link_begin_write(region, 0, scene->count);

	if (error)
		tell(scene, "failed", "ibv_post_send", error);
	else
		measure(scene, link_end_write());
}

/*
 * How many bytes reach the file while it is not cut: up to 7.2 soft RoCE writes each packet of a page on demand to the
 * beginning of that page.
 */
static void write_before(struct scene *scene, struct ibv_mr *region)
{
	scene->most = scene->count;
	if (is(scene->mode, "on-demand") && !link_begin_write(region, 0, scene->count) && !link_end_write())
		scene->most = arrived(scene);
}

static void act(struct scene *scene)
{
	struct ibv_mr *region = ibv_reg_mr(domain, scene->memory + scene->first, scene->count, access_of(scene->mode));
	bool early = is(scene->act, "deregistered"), kept = is(scene->act, "kept"), in_flight = is(scene->act, "in-flight");

	if (!region) {
		tell(scene, is(scene->mode, "on-demand") ? "absent" : "nothing", "ibv_reg_mr", errno);
		return;
	}
	write_before(scene, region);
	if (early)
		ibv_dereg_mr(region);
	if (in_flight)
		in_flight = !link_begin_write(region, 0, scene->count);
	if (kept || cut(scene)) {
		if (early)
			tell(scene, "nothing", "deregistered before the file was cut", 0);
		else if (is(scene->mode, "read"))
			tell(scene, kept ? "nothing" : "orphaned", "what is read", 0);
		else
			write_and_measure(scene, region, in_flight);
	}
	if (!early)
		ibv_dereg_mr(region);
}

static const char *directory(char **places, const char *type)
{
	size_t length = strlen(type);

	for (; *places; places++)
		if (!strncmp(*places, type, length) && (*places)[length] == '=')
			return *places + length + 1;
	return NULL;
}

static void run(char **fields, char **places, int number)
{
	struct scene scene = { .mode = fields[3], .act = fields[4], .bytes = PAGES * PAGE, .first = FIRST * PAGE, .count = COUNT * PAGE };
	const char *folder = directory(places, fields[1]);
	long start = now();

	if (is(fields[1], "huge")) {
		scene.bytes = HUGE_BYTES;
		scene.count = HUGE_COUNT;
		scene.first = 0;
	}
	if (!folder) {
		tell(&scene, "absent", "no such file system", 0);
	} else {
		snprintf(scene.path, sizeof scene.path, "%s/rdma-%d", folder, number);
		if (set(&scene))
			act(&scene);
		munmap(scene.memory, scene.bytes);
		unlink(scene.path);
		close(scene.fd);
	}
	usleep(MARGIN_MICROS);
	printf("case\t%s/%s/%s/%s/%s/%s\t%ld\t%ld\t%u:%u\t%lu\t%s\t%s\n", fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], start, now(),
	       major(scene.status.st_dev), minor(scene.status.st_dev), (unsigned long)scene.status.st_ino, scene.kind, scene.detail);
	fflush(stdout);
	usleep(MARGIN_MICROS);
}

int main(int count, char **arguments)
{
	FILE *table = count > 1 ? fopen(arguments[1], "r") : NULL;
	char line[512];
	int number = 0;

	domain = link_open();
	if (!table || !domain) {
		perror("rdma-c: error");
		return 1;
	}
	while (fgets(line, sizeof line, table)) {
		char *fields[7] = { 0 };
		int found = 0;

		for (char *word = strtok(line, " \t\n"); word && found < 7 && *word != '#'; word = strtok(NULL, " \t\n"))
			fields[found++] = word;
		number++;
		if (found == 7 && is(fields[0], "c"))
			run(fields, arguments + 2, number);
	}
	return 0;
}
