/*
 * A fixed number of requests by one thread; prints the nanoseconds that each took. In a guest whose clock counts instructions
 * (pinaudit lab --accel icount --cpus 1), that is the instructions a request: its own, the kernel's, and the recorder's meanwhile.
 *
 *   cc -O2 -o requests requests.c
 *   ./requests memory|mapped|cuts COUNT STORAGE FOLDER
 *
 * memory  direct reads and writes of 4 KiB by turns, STORAGE to and from plain memory
 * mapped  the same to and from a mapping of a file in FOLDER, which is on a DAX file system: each pins a block
 * cuts    a file in FOLDER is written, mapped, touched, unmapped, truncated, written again, and deleted
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 4096, BLOCKS = 1024, FILE_BYTES = 16 * BLOCK, WARM_UP = 500, SETTLE_SECONDS = 4 };

static char path[4096];
static char bytes[FILE_BYTES];

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void io(int fd, char *buffer, long i) {
  unsigned long at = (unsigned long)i * 2654435761u;
  char *page = buffer + (at >> 7) % BLOCKS * BLOCK;
  off_t offset = (off_t)((at >> 3) % BLOCKS * BLOCK);
  ssize_t moved = i % 2 ? pwrite(fd, page, BLOCK, offset) : pread(fd, page, BLOCK, offset);
  if (moved != BLOCK) die("I/O");
}

static void cut(void) {
  int fd = open(path, O_RDWR | O_CREAT, 0644);
  if (fd < 0 || pwrite(fd, bytes, FILE_BYTES, 0) != FILE_BYTES) die(path);
  char *mapped = mmap(NULL, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (mapped == MAP_FAILED) die("mmap");
  for (long at = 0; at < FILE_BYTES; at += BLOCK) mapped[at]++;
  munmap(mapped, FILE_BYTES);
  if (ftruncate(fd, 0) != 0 || pwrite(fd, bytes, FILE_BYTES, 0) != FILE_BYTES) die("ftruncate");
  close(fd);
  if (unlink(path) != 0) die("unlink");
}

static double nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc != 5) return fprintf(stderr, "usage: requests memory|mapped|cuts COUNT STORAGE FOLDER\n"), 2;
  int cuts = !strcmp(argv[1], "cuts"), in_file = !strcmp(argv[1], "mapped");
  long count = atol(argv[2]);
  snprintf(path, sizeof path, "%s/requests-%d", argv[4], getpid());
  int storage = open(argv[3], O_RDWR | O_DIRECT);
  if (storage < 0) die(argv[3]);
  int file = in_file ? open(path, O_RDWR | O_CREAT, 0644) : -1;
  if (in_file && posix_fallocate(file, 0, (off_t)BLOCKS * BLOCK) != 0) die(path);
  int flags = in_file ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS;
  char *buffer = mmap(NULL, (size_t)BLOCKS * BLOCK, PROT_READ | PROT_WRITE, flags | MAP_POPULATE, file, 0);
  if (buffer == MAP_FAILED) die("mmap");
  for (long i = 0; i < WARM_UP; i++) cuts ? cut() : io(storage, buffer, i);
  sleep(SETTLE_SECONDS);
  double start = nanos();
  for (long i = 0; i < count; i++) cuts ? cut() : io(storage, buffer, i);
  printf("%.1f\n", (nanos() - start) / (double)count);
  if (in_file) unlink(path);
  return 0;
}
