/* Files, blocks and bytes: what the truth is measured with. */
#define _GNU_SOURCE
#include "scene.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

long now_nanos(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000L + time.tv_nsec;
}

void sleep_millis(long millis)
{
	struct timespec rest = { millis / 1000, millis % 1000 * 1000000L };

	while (nanosleep(&rest, &rest) < 0 && errno == EINTR)
		;
}

bool fill(int fd, long first_page, long pages, char letter)
{
	char *bytes = malloc(pages * PAGE);
	long done = 0, length = 0;

	memset(bytes, letter, pages * PAGE);
	for (; done < pages * PAGE && length >= 0; done += length)
		length = pwrite(fd, bytes + done, pages * PAGE - done, first_page * PAGE + done);
	if (length < 0 && errno != ENOSPC)
		failed("pwrite", __LINE__);
	free(bytes);
	return length >= 0;
}

int create(const char *path, long pages, char letter)
{
	int fd = CHECK(open(path, O_RDWR | O_CREAT | O_EXCL, 0600));

	CHECK(fill(fd, 0, pages, letter) ? 0 : -1);
	CHECK(fsync(fd));
	return fd;
}

char *map_file(int fd, long pages, int flags)
{
	/* On a 2 MiB boundary, so that a large file may be mapped with large pages. */
	const long align = 2 << 20;
	char *space = mmap(NULL, pages * PAGE + align, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *start = (char *)(((unsigned long)space + align - 1) & -align);
	char *map = mmap(start, pages * PAGE, PROT_READ | PROT_WRITE, flags | MAP_FIXED, fd, 0);

	if (map == MAP_FAILED)
		failed("mmap", __LINE__);
	return map;
}

void unmap(struct scene *scene)
{
	if (scene->map)
		CHECK(munmap(scene->map, scene->pages * PAGE));
	scene->map = NULL;
}

void close_file(struct scene *scene)
{
	if (scene->fd >= 0)
		CHECK(close(scene->fd));
	scene->fd = -1;
}

/* A freed block is given out again only after the commit of the transaction that freed it. */
void commit(const char *directory)
{
	int fd = CHECK(open(directory, O_RDONLY | O_DIRECTORY));

	CHECK(syncfs(fd));
	close(fd);
}

/* One batch of the blocks in a range of a file; without any if the file system has no FIEMAP. */
struct extents extents_of(int fd, long first_page, long pages)
{
	struct {
		struct fiemap head;
		struct fiemap_extent extents[MAX_RUNS];
	} request = { .head = { .fm_start = first_page * PAGE,
				.fm_length = pages * PAGE,
				.fm_flags = FIEMAP_FLAG_SYNC,
				.fm_extent_count = MAX_RUNS } };
	struct extents result = { 0 };

	if (ioctl(fd, FS_IOC_FIEMAP, &request) < 0)
		return result;
	for (unsigned i = 0; i < request.head.fm_mapped_extents; i++) {
		struct fiemap_extent *extent = &request.extents[i];
		/* The first and the last may reach out of the range. */
		long logical = extent->fe_logical / PAGE, end = logical + extent->fe_length / PAGE;
		long from = logical < first_page ? first_page : logical;
		long to = end > first_page + pages ? first_page + pages : end;
		long physical = extent->fe_physical / PAGE + from - logical;

		result.runs[result.count++] = (struct run){ physical, physical + to - from, from };
	}
	return result;
}

long shared_with_file(const struct extents *blocks, int fd)
{
	long count = 0, position = 0;
	struct extents batch;

	do {
		batch = extents_of(fd, position, LONG_MAX / PAGE - position);
		count += shared_blocks(blocks, &batch);
		if (batch.count) {
			struct run *last = &batch.runs[batch.count - 1];
			position = last->file_page + last->end - last->first;
		}
	} while (batch.count == MAX_RUNS);
	return count;
}

long blocks_of(const struct extents *extents)
{
	return shared_blocks(extents, extents);
}

long shared_blocks(const struct extents *a, const struct extents *b)
{
	long count = 0;

	for (int i = 0; i < a->count; i++)
		for (int j = 0; j < b->count; j++) {
			long first = a->runs[i].first > b->runs[j].first ? a->runs[i].first : b->runs[j].first;
			long end = a->runs[i].end < b->runs[j].end ? a->runs[i].end : b->runs[j].end;

			count += end > first ? end - first : 0;
		}
	return count;
}

long count_letter(const char *bytes, long length, char letter)
{
	long count = 0;

	for (long i = 0; i < length; i++)
		count += bytes[i] == letter;
	return count;
}

long count_pinned(const struct scene *scene, char letter)
{
	char *bytes = calloc(scene->pinned, PAGE);
	int fd = CHECK(open(scene->path, O_RDONLY));
	long length = CHECK(pread(fd, bytes, scene->pinned * PAGE, scene->first * PAGE));
	long count = count_letter(bytes, length, letter);

	close(fd);
	free(bytes);
	return count;
}

long count_foreign(const char *path, char letter)
{
	char *bytes = malloc(1 << 20);
	int fd = CHECK(open(path, O_RDONLY));
	long count = 0, length;

	while ((length = CHECK(read(fd, bytes, 1 << 20))) > 0)
		count += length - count_letter(bytes, length, letter);
	close(fd);
	free(bytes);
	return count;
}
