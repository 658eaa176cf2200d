/* The ways to free pages of a file, and some that only look like it. */
#define _GNU_SOURCE
#include "scene.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <mntent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

static void act_ftruncate(struct scene *scene)
{
	CHECK(ftruncate(scene->fd, 0));
}

static void act_truncate(struct scene *scene)
{
	close_file(scene);
	CHECK(truncate(scene->path, 0));
}

static void act_open(struct scene *scene)
{
	close_file(scene);
	scene->fd = CHECK(open(scene->path, O_RDWR | O_TRUNC));
}

/* In the middle of the pinned pages, and of a page. */
static void act_half(struct scene *scene)
{
	CHECK(ftruncate(scene->fd, (scene->first + scene->pinned / 2) * PAGE + 100));
}

static void deallocate(struct scene *scene, int mode, long first, long pages)
{
	CHECK(fallocate(scene->fd, mode, first * PAGE, pages * PAGE));
}

static void act_punch(struct scene *scene)
{
	deallocate(scene, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, scene->first, scene->pinned);
}

/* The pages before and behind. */
static void act_punch_beside(struct scene *scene)
{
	scene->also_freed = extents_of(scene->fd, 0, scene->first);
	deallocate(scene, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, scene->first - 1, 1);
	deallocate(scene, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, scene->first + scene->pinned, 1);
}

/* The file takes its own blocks again, further behind. */
static void act_punch_refill(struct scene *scene)
{
	act_punch(scene);
	scene->grown = scene->fd;
}

static void act_collapse(struct scene *scene)
{
	deallocate(scene, FALLOC_FL_COLLAPSE_RANGE, scene->first, scene->pinned);
}

/* Moves the pinned pages in the file, and frees none of them. */
static void act_collapse_before(struct scene *scene)
{
	deallocate(scene, FALLOC_FL_COLLAPSE_RANGE, 0, scene->first);
}

static void act_insert(struct scene *scene)
{
	deallocate(scene, FALLOC_FL_INSERT_RANGE, 0, scene->first);
}

static void act_zero(struct scene *scene)
{
	deallocate(scene, FALLOC_FL_ZERO_RANGE, scene->first, scene->pinned);
}

static void act_unlink(struct scene *scene)
{
	close_file(scene);
	CHECK(unlink(scene->path));
}

static void act_unlink_close(struct scene *scene)
{
	CHECK(unlink(scene->path));
	close_file(scene);
}

static void act_unlink_unmap(struct scene *scene)
{
	close_file(scene);
	CHECK(unlink(scene->path));
	unmap(scene);
}

/* A second name keeps the file. */
static void act_unlink_one(struct scene *scene)
{
	CHECK(link(scene->path, scene->other_name));
	close_file(scene);
	CHECK(unlink(scene->path));
	scene->fd = CHECK(open(scene->other_name, O_RDWR));
}

static void act_rename(struct scene *scene)
{
	close_file(scene);
	close(create(scene->replacement, 1, 'R'));
	CHECK(rename(scene->replacement, scene->path));
}

void clone_file(struct scene *scene)
{
	int clone = CHECK(open(scene->replacement, O_RDWR | O_CREAT | O_EXCL, 0600));

	if (ioctl(clone, FICLONE, scene->fd) < 0)
		absent("FICLONE on DAX");
	CHECK(fsync(clone));
	close(clone);
}

/* The file gets blocks of its own for the pinned pages; the clone keeps the shared ones. */
static void act_reflink_cow(struct scene *scene)
{
	CHECK(fill(scene->fd, scene->first, scene->pinned, 'N') ? 0 : -1);
	CHECK(fsync(scene->fd));
}

/* Then the clone, which nobody ever mapped, goes. */
static void act_reflink_cow_unlink(struct scene *scene)
{
	act_reflink_cow(scene);
	blame(scene->replacement);
	CHECK(unlink(scene->replacement));
}

/* The clone keeps all blocks. */
static void act_reflink_unlink(struct scene *scene)
{
	close_file(scene);
	CHECK(unlink(scene->path));
}

/* What knows of the file in memory goes with the mount; the file stays on the disk until it is deleted. */
static void act_umount_unlink(struct scene *scene)
{
	FILE *mounts = setmntent("/proc/mounts", "r");
	struct mntent *mount_ = getmntent(mounts);

	while (mount_ && strcmp(mount_->mnt_dir, scene->directory))
		mount_ = getmntent(mounts);
	CHECK(mount_ ? 0 : -1);
	close_file(scene);
	CHECK(umount(scene->directory));
	CHECK(mount(mount_->mnt_fsname, scene->directory, mount_->mnt_type, 0, "dax=always"));
	endmntent(mounts);
	CHECK(unlink(scene->path));
}

static void act_neighbours(struct scene *scene)
{
	CHECK(unlink(scene->left));
	CHECK(unlink(scene->right));
}

/* A child has the file open last. */
static void end_last_user(struct scene *scene, bool by_signal)
{
	int told[2];
	char byte;
	pid_t child;

	CHECK(pipe(told));
	child = CHECK(fork());
	if (child == 0) {
		CHECK(read(told[0], &byte, 1));
		_exit(0);
	}
	unmap(scene);
	close_file(scene);
	CHECK(unlink(scene->path));
	if (by_signal)
		CHECK(kill(child, SIGKILL));
	else
		CHECK(write(told[1], "", 1));
	CHECK(waitpid(child, NULL, 0));
}

static void act_exit(struct scene *scene)
{
	end_last_user(scene, false);
}

static void act_signal(struct scene *scene)
{
	end_last_user(scene, true);
}

/* The blocks of the same numbers on the other device: those of the file that fills it. */
static void act_other_device(struct scene *scene)
{
	char path[300];
	int fd;
	long freed = 0;

	snprintf(path, sizeof path, "%s/fill", scene->other_directory);
	fd = CHECK(open(path, O_RDWR));
	struct extents fill = extents_of(fd, 0, LONG_MAX / PAGE);
	for (int i = 0; i < fill.count; i++)
		for (int j = 0; j < scene->blocks.count; j++) {
			struct run *has = &fill.runs[i], *wanted = &scene->blocks.runs[j];
			long first = has->first > wanted->first ? has->first : wanted->first;
			long end = has->end < wanted->end ? has->end : wanted->end;

			if (first >= end)
				continue;
			long offset = (has->file_page + first - has->first) * PAGE;
			CHECK(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, (end - first) * PAGE));
			CHECK(fsync(fd));
			CHECK(fallocate(fd, 0, offset, (end - first) * PAGE));
			freed += end - first;
		}
	close(fd);
	CHECK(freed > 0 ? 0 : -1);
}

static const struct free_kind KINDS[] = {
	{ "ftruncate", act_ftruncate },
	{ "ftruncate-half", act_half },
	{ "truncate", act_truncate },
	{ "open-trunc", act_open },
	{ "punch", act_punch },
	{ "punch-beside", act_punch_beside },
	{ "punch-refill", act_punch_refill },
	{ "collapse", act_collapse },
	{ "collapse-before", act_collapse_before },
	{ "insert", act_insert },
	{ "zero", act_zero },
	{ "unlink", act_unlink },
	{ "unlink-close", act_unlink_close },
	{ "unlink-unmap", act_unlink_unmap },
	{ "unlink-one-name", act_unlink_one },
	{ "rename-over", act_rename },
	{ "unlink-neighbours", act_neighbours },
	{ "reflink-cow", act_reflink_cow },
	{ "reflink-cow-unlink", act_reflink_cow_unlink },
	{ "reflink-unlink", act_reflink_unlink },
	{ "umount-unlink", act_umount_unlink },
	{ "exit", act_exit },
	{ "signal", act_signal },
	{ "same-block-elsewhere", act_other_device },
};

const struct free_kind *free_kind(const char *name)
{
	for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
		if (!strcmp(KINDS[i].name, name))
			return &KINDS[i];
	return NULL;
}
