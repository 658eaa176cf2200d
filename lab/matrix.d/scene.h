/*
 * One case of the truth table in C: a file whose pages are pinned, then freed, and what became of them.
 *
 * Every file holds one letter throughout, so that a byte tells whose it is.
 */
#ifndef SCENE_H
#define SCENE_H

#include "report.h"

#include <stdbool.h>
#include <stddef.h>

#define PAGE 4096L
#define HUGE_PAGES 512L
#define OWN_LETTER 'A'
#define VICTIM_LETTER 'V'

/* Runs of 4 KiB blocks of a device, the end exclusive. */
#define MAX_RUNS 64
struct extents {
	int count;
	struct run {
		long first, end, file_page;
	} runs[MAX_RUNS];
};

/* One line of the table. */
struct row {
	char name[160];
	char file_system[16], pin[24], mapping[12], drop[12], free[32], construction[12];
};

struct pin_kind;

struct scene {
	const struct row *row;
	const char *directory;       /* of the row's file system */
	const char *other_directory; /* of the other DAX file system */
	bool dax;
	const struct pin_kind *kind;
	char path[256], other_name[256], replacement[256], left[256], right[256], victim[256];
	unsigned long inode; /* of the file */
	int fd;           /* of the file; -1 once closed */
	int grown;        /* the file that takes freed blocks, if it is to be the file itself; else -1 */
	char *map;        /* all of it; null once unmapped */
	long pages;       /* length of the file */
	long first;       /* first pinned page */
	long pinned;      /* how many */
	struct extents blocks; /* of the pinned pages, before anything was freed */
	struct extents also_freed; /* others that are free by construction */
};

/* A way to pin pages [map + first, pinned pages). */
struct pin_kind {
	const char *name;
	long pages; /* to pin; 0: 16; HUGE_PAGES: of a file that is mapped by huge pages */
	bool ends_by_itself; /* a device ends it: drop() waits */
	void (*take)(struct scene *);
	/* Ends the pin; afterwards the bytes that went through it are known. */
	void (*drop)(struct scene *);
	/*
	 * VICTIM_LETTER: how many bytes of another file went through the pin, or of another file were overwritten
	 * through it. OWN_LETTER: how many bytes are known to the pin alone, after the file was written anew.
	 */
	long (*count)(struct scene *, char letter);
};

/* A way to free pages of the file. */
struct free_kind {
	const char *name;
	void (*act)(struct scene *);
};

const struct pin_kind *pin_kind(const char *name);
const struct free_kind *free_kind(const char *name);

/* Lets a second file share the blocks of the first. */
void clone_file(struct scene *scene);
long now_nanos(void);
void sleep_millis(long millis);
/* Writes pages of one letter; false if there is no room. */
bool fill(int fd, long first_page, long pages, char letter);
int create(const char *path, long pages, char letter);
char *map_file(int fd, long pages, int flags);
void unmap(struct scene *scene);
void close_file(struct scene *scene);
void commit(const char *directory);
struct extents extents_of(int fd, long first_page, long pages);
/* How many of the blocks the file has. */
long shared_with_file(const struct extents *blocks, int fd);
long blocks_of(const struct extents *extents);
long shared_blocks(const struct extents *a, const struct extents *b);
long count_letter(const char *bytes, long length, char letter);
/* Bytes of the file, where the pinned pages are or were, that are the letter. */
long count_pinned(const struct scene *scene, char letter);
/* Bytes of a file that are not the letter. */
long count_foreign(const char *path, char letter);

#endif
