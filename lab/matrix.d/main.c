/*
 * Runs the C half of the truth table: matrix-c TABLE FILE_SYSTEM=DIRECTORY...
 *
 * Each case runs in a process of its own. It measures its truth without pinaudit and prints it as one line of
 * fields separated by tabs:
 *
 *	case NAME START END MAJOR:MINOR INODE TRUTH DETAIL
 *
 * START and END are nanoseconds of CLOCK_MONOTONIC; nothing of a case happens outside. TRUTH is one of
 *
 *	foreign   another file's bytes went through the pin (freed and reused while pinned)
 *	freed     pinned blocks are no longer the file's while the pin lives, and nobody else's
 *	waited    the free returned only when the pin was dropped
 *	hung      the free never returned
 *	orphaned  pinned pages of the page cache are no longer the file's
 *	nothing   none of these
 *	absent    this kernel cannot do what the case is about
 *	failed    the truth could not be established
 */
#define _GNU_SOURCE
#include "scene.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PATIENCE_MILLIS = 3000,  /* a free that takes longer waits for the pin */
	WAKE_UP_MILLIS = 50,     /* so long after a device is done this process may learn of it */
	CASE_LIMIT_MILLIS = 8000,
	LOOK_LIMIT_MILLIS = 60000, /* what the free has done is looked at, however busy the machine */
	KILL_LIMIT_MILLIS = 2000,
	SPARED_LIMIT_PAGES = 256,
	NEIGHBOUR_PAGES = 8,
	HUGE_FILES = 4,          /* see the guest's script */
	FEW_FAULTS = 64,
	MARGIN_MILLIS = 3,       /* between two cases */
};

/* ---- the thread that drops the pin when told, or when the free waits for it */

static struct {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct scene *scene;
	bool returned, told;
	long dropped_nanos;
} dropper = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void *drop_late(void *argument)
{
	struct timespec limit;

	(void)argument;
	if (dropper.scene->kind->ends_by_itself) {
		dropper.scene->kind->drop(dropper.scene);
		dropper.dropped_nanos = now_nanos();
		return NULL;
	}
	clock_gettime(CLOCK_MONOTONIC, &limit);
	limit.tv_nsec += PATIENCE_MILLIS % 1000 * 1000000L;
	limit.tv_sec += PATIENCE_MILLIS / 1000 + limit.tv_nsec / 1000000000L;
	limit.tv_nsec %= 1000000000L;
	pthread_mutex_lock(&dropper.lock);
	while (!dropper.told) {
		if (dropper.returned)
			pthread_cond_wait(&dropper.changed, &dropper.lock);
		else if (pthread_cond_timedwait(&dropper.changed, &dropper.lock, &limit) == ETIMEDOUT && !dropper.returned)
			break;
	}
	pthread_mutex_unlock(&dropper.lock);
	/* The same schedule on every kernel, so that one kernel's run tells how long another waits. */
	if (getenv("MATRIX_SCHEDULE"))
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &limit, NULL);
	dropper.dropped_nanos = now_nanos();
	dropper.scene->kind->drop(dropper.scene);
	return NULL;
}

static void start_dropper(struct scene *scene)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&dropper.changed, &attributes);
	dropper.scene = scene;
	CHECK(-pthread_create(&dropper.thread, NULL, drop_late, NULL));
}

static void notify_dropper(bool *what)
{
	pthread_mutex_lock(&dropper.lock);
	*what = true;
	pthread_cond_signal(&dropper.changed);
	pthread_mutex_unlock(&dropper.lock);
}

/* ---- one case */

static bool is(const char *field, const char *value)
{
	return !strcmp(field, value);
}

/* Takes over one of the files that were made while whole huge pages were free, and fills it. */
static int adopt_huge(struct scene *scene)
{
	char path[256];
	int fd = -1;

	for (int i = 0; fd < 0 && i < HUGE_FILES; i++) {
		snprintf(path, sizeof path, "%s/huge-%d", scene->directory, i);
		fd = open(path, O_RDWR);
	}
	CHECK(fd);
	CHECK(rename(path, scene->path));
	CHECK(fill(fd, 0, scene->pages, OWN_LETTER) ? 0 : -1);
	CHECK(fsync(fd));
	return fd;
}

static long faults(void)
{
	struct rusage usage;

	CHECK(getrusage(RUSAGE_SELF, &usage));
	return usage.ru_minflt;
}

static void set(struct scene *scene)
{
	bool huge = scene->kind->pages == HUGE_PAGES;
	struct stat status;
	long faults_before;

	close(create(scene->left, NEIGHBOUR_PAGES, 'L'));
	scene->fd = huge ? adopt_huge(scene) : create(scene->path, scene->pages, OWN_LETTER);
	close(create(scene->right, NEIGHBOUR_PAGES, 'R'));
	CHECK(fstat(scene->fd, &status));
	report->device = status.st_dev;
	report->inode = scene->inode = status.st_ino;
	scene->map = map_file(scene->fd, scene->pages, MAP_SHARED);
	faults_before = faults();
	memset(scene->map, OWN_LETTER, scene->pages * PAGE);
	/* One fault for each huge page, else one for each page. */
	errno = ENOTSUP;
	CHECK(huge && faults() - faults_before > FEW_FAULTS ? -1 : 0);
	CHECK(msync(scene->map, scene->pages * PAGE, MS_SYNC));
	if (!strncmp(scene->row->free, "reflink", strlen("reflink")))
		clone_file(scene);
	scene->blocks = extents_of(scene->fd, scene->first, scene->pinned);
	commit(scene->directory);
}

/* How many of the pinned blocks neither the file nor its clone has any more. */
static long count_freed(struct scene *scene)
{
	int fd = scene->fd >= 0 ? dup(scene->fd) : open(scene->path, O_RDONLY);
	int clone = open(scene->replacement, O_RDONLY);
	struct stat status;
	long kept = 0, cloned = clone >= 0 ? shared_with_file(&scene->blocks, clone) : 0;

	if (clone >= 0)
		close(clone);

	if (fd >= 0) {
		CHECK(fstat(fd, &status));
		/* Another file may have the name by now. */
		if (status.st_ino == scene->inode)
			kept = shared_with_file(&scene->blocks, fd);
		close(fd);
	}
	kept = cloned > kept ? cloned : kept;
	return scene->map && fd < 0 ? 0 : blocks_of(&scene->blocks) - kept;
}

/* Lets a file grow until it has all the blocks that are free now; returns how many of the pinned ones it got. */
static long grow_victim(struct scene *scene)
{
	int fd = scene->grown >= 0 ? scene->grown : CHECK(open(scene->victim, O_RDWR | O_CREAT | O_EXCL, 0600));
	struct extents *wanted = scene->also_freed.count ? &scene->also_freed : &scene->blocks;
	bool spared = is(scene->row->construction, "spared");
	long first = scene->grown >= 0 ? scene->pages : 0, page = first, step = scene->pages, got = 0;

	/* xfs frees the blocks of a deleted file in the background. */
	sleep_millis(strncmp(scene->row->file_system, "xfs", strlen("xfs")) ? 0 : 150);
	commit(scene->directory);
	/* The last blocks are had in small pieces only. */
	while (step && got < blocks_of(wanted) && !(spared && page - first >= SPARED_LIMIT_PAGES)) {
		if (fill(fd, page, step, VICTIM_LETTER))
			page += step;
		else
			step /= 2;
		CHECK(fsync(fd));
		got = shared_with_file(wanted, fd);
	}
	got = shared_with_file(&scene->blocks, fd);
	if (scene->grown < 0)
		close(fd);
	return got;
}

/* Writes to the file again where the pinned pages are or were; a pin on a page of the file would see that. */
static void write_anew(struct scene *scene)
{
	int fd = scene->fd >= 0 ? scene->fd : open(scene->path, O_RDWR);

	if (fd >= 0)
		fill(fd, scene->first, scene->pinned, VICTIM_LETTER);
	if (fd >= 0 && fd != scene->fd)
		close(fd);
}

static void run(struct scene *scene, const struct free_kind *free_kind)
{
	const struct row *row = scene->row;
	bool before = is(row->drop, "before"), late = is(row->drop, "late");
	bool pinned = !before && !is(row->construction, "clear");
	long slack = scene->kind->ends_by_itself ? WAKE_UP_MILLIS * 1000000L : 0;
	long start, end, freed = 0, got = 0, foreign;

	set(scene);
	scene->kind->take(scene);
	if (is(row->mapping, "unmapped"))
		unmap(scene);
	if (before)
		scene->kind->drop(scene);
	if (before)
		sleep_millis(1);
	if (late)
		start_dropper(scene);
	start = now_nanos();
	free_kind->act(scene);
	end = now_nanos();
	report->returned = true;
	if (late)
		notify_dropper(&dropper.returned);
	if (scene->dax) {
		freed = count_freed(scene);
		if (freed || scene->also_freed.count)
			got = grow_victim(scene);
	} else {
		write_anew(scene);
	}
	if (late)
		notify_dropper(&dropper.told);
	if (late)
		pthread_join(dropper.thread, NULL);
	else if (!before)
		scene->kind->drop(scene);

	foreign = scene->kind->count(scene, VICTIM_LETTER);
	/* What was over sooner than we may learn of a device's end has not waited for that device. */
	if (late && end - start >= slack && end + slack >= dropper.dropped_nanos)
		tell("waited", "%.3f s for the pin", (end - start) / 1e9);
	else if (scene->dax && foreign)
		tell("foreign", "%ld bytes", foreign);
	else if (scene->dax && freed && pinned)
		tell("freed", "%ld blocks, of which the victim has %ld", freed, got);
	else if (!scene->dax && pinned && scene->kind->count(scene, OWN_LETTER))
		tell("orphaned", "%ld bytes", scene->kind->count(scene, OWN_LETTER));
	else
		tell("nothing", "%ld blocks freed after %.3f s, 0 foreign bytes", freed, (end - start) / 1e9);
}

/* ---- all cases */

static const char *directory_of(const char *file_system, char **directories)
{
	size_t length = strlen(file_system);

	for (; *directories; directories++)
		if (!strncmp(*directories, file_system, length) && (*directories)[length] == '=')
			return *directories + length + 1;
	return NULL;
}

static struct scene scene_of(const struct row *row, char **directories, int number)
{
	struct scene scene = { .row = row, .fd = -1, .grown = -1, .kind = pin_kind(row->pin) };
	const char *directory = directory_of(row->file_system, directories);

	if (!directory || !scene.kind) {
		fprintf(stderr, "matrix-c: error: no %s: %s\n", directory ? "such pin" : "such file system", row->name);
		exit(2);
	}
	scene.directory = directory;
	scene.dax = strstr(row->file_system, "-dax");
	scene.other_directory = directory_of(is(row->file_system, "ext4-dax") ? "xfs-dax" : "ext4-dax", directories);
	scene.first = scene.kind->pages == HUGE_PAGES ? HUGE_PAGES : 4;
	scene.pinned = scene.kind->pages ? scene.kind->pages : 16;
	scene.pages = scene.first + scene.pinned + scene.first;
	snprintf(scene.path, sizeof scene.path, "%s/c%d.file", directory, number);
	snprintf(scene.other_name, sizeof scene.other_name, "%s/c%d.name", directory, number);
	snprintf(scene.replacement, sizeof scene.replacement, "%s/c%d.new", directory, number);
	snprintf(scene.left, sizeof scene.left, "%s/c%d.left", directory, number);
	snprintf(scene.right, sizeof scene.right, "%s/c%d.right", directory, number);
	snprintf(scene.victim, sizeof scene.victim, "%s/c%d.victim", directory, number);
	return scene;
}

static bool ends_within(pid_t child, long millis)
{
	for (long end = now_nanos() + millis * 1000000L; now_nanos() < end; sleep_millis(2))
		if (waitpid(child, NULL, WNOHANG) == child)
			return true;
	return false;
}

static void clean(const struct scene *scene)
{
	unlink(scene->path);
	unlink(scene->other_name);
	unlink(scene->replacement);
	unlink(scene->left);
	unlink(scene->right);
	unlink(scene->victim);
}

static void run_case(const struct row *row, char **directories, int number)
{
	struct scene scene = scene_of(row, directories, number);
	const struct free_kind *free_kind_ = free_kind(row->free);
	long start = now_nanos();
	pid_t child;

	if (!free_kind_) {
		fprintf(stderr, "matrix-c: error: no such free: %s\n", row->name);
		exit(2);
	}
	*report = (struct report){ .truth = "failed", .detail = "ended without a result" };
	child = fork();
	if (child == 0) {
		/* One that cannot be killed would keep the reader of the output waiting. */
		int nowhere = CHECK(open("/dev/null", O_RDWR));

		CHECK(dup2(nowhere, STDOUT_FILENO));
		CHECK(dup2(nowhere, STDERR_FILENO));
		run(&scene, free_kind_);
		_exit(0);
	}
	if (!ends_within(child, CASE_LIMIT_MILLIS) &&
	    !(report->returned && ends_within(child, LOOK_LIMIT_MILLIS))) {
		bool ended;

		kill(child, SIGKILL);
		ended = ends_within(child, KILL_LIMIT_MILLIS);
		if (report->returned)
			tell("failed", "not done after %d s", (CASE_LIMIT_MILLIS + LOOK_LIMIT_MILLIS) / 1000);
		else if (ended)
			tell("hung", "%d s until it was killed", CASE_LIMIT_MILLIS / 1000);
		else
			tell("hung", "%d s, and cannot be killed", (CASE_LIMIT_MILLIS + KILL_LIMIT_MILLIS) / 1000);
	}
	clean(&scene);
	sleep_millis(MARGIN_MILLIS);
	printf("case\t%s\t%ld\t%ld\t%u:%u\t%lu\t%s\t%s\n", row->name, start, now_nanos(), major(report->device),
	       minor(report->device), report->inode, report->truth, report->detail);
	fflush(stdout);
	sleep_millis(MARGIN_MILLIS);
}

/* A line of the table: "PROGRAM FILE-SYSTEM PIN MAPPING DROP FREE CONSTRUCTION"; # begins a comment. */
static bool parse(char *line, struct row *row)
{
	char program[8];

	line[strcspn(line, "#")] = 0;
	if (sscanf(line, "%7s %15s %23s %11s %11s %31s %11s", program, row->file_system, row->pin, row->mapping, row->drop,
		   row->free, row->construction) != 7 ||
	    !is(program, "c"))
		return false;
	snprintf(row->name, sizeof row->name, "%s/%s/%s/%s/%s/%s", program, row->file_system, row->pin, row->mapping, row->drop,
		 row->free);
	return true;
}

int main(int count, char **arguments)
{
	FILE *table = count > 1 ? fopen(arguments[1], "r") : NULL;
	char line[256];
	struct row row;

	if (!table) {
		fprintf(stderr, "usage: matrix-c TABLE FILE_SYSTEM=DIRECTORY...\n");
		return 2;
	}
	report = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (int number = 1; fgets(line, sizeof line, table); number++)
		if (parse(line, &row))
			run_case(&row, arguments + 2, number);
	return 0;
}
