/*
 * Random 4 KiB direct reads and writes by two threads, for a number of seconds; prints their rate.
 *
 *   cc -O2 -pthread -o direct-io direct-io.c
 *   ./direct-io SECONDS STORAGE [BUFFER]
 *
 * STORAGE is a block device or file of 8 MiB or more. With BUFFER, a file on a DAX file system, the I/O goes to and
 * from a mapping of that file: each request then pins one block of it. Without, it goes to and from plain memory.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 4096, BLOCKS = 2048, THREADS = 2 };

static const char *storage;
static char *buffer;
static atomic_int running = 1;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void *load(void *argument) {
  unsigned seed = (unsigned)(long)argument;
  long done = 0;
  int fd = open(storage, O_RDWR | O_DIRECT);
  if (fd < 0) die(storage);
  while (running) {
    char *page = buffer + (rand_r(&seed) % BLOCKS) * (long)BLOCK;
    off_t at = (rand_r(&seed) % BLOCKS) * (off_t)BLOCK;
    ssize_t moved = done % 2 ? pwrite(fd, page, BLOCK, at) : pread(fd, page, BLOCK, at);
    if (moved != BLOCK) die("I/O");
    done++;
  }
  close(fd);
  return (void *)done;
}

int main(int argc, char **argv) {
  if (argc < 3) return fprintf(stderr, "usage: direct-io SECONDS STORAGE [BUFFER]\n"), 2;
  storage = argv[2];
  int fd = argc > 3 ? open(argv[3], O_RDWR | O_CREAT, 0644) : -1;
  if (argc > 3 && (fd < 0 || posix_fallocate(fd, 0, BLOCKS * (long)BLOCK) != 0)) die(argv[3]);
  int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
  buffer = mmap(NULL, BLOCKS * (long)BLOCK, PROT_READ | PROT_WRITE, flags | MAP_POPULATE, fd, 0);
  if (buffer == MAP_FAILED) die("mmap");
  pthread_t threads[THREADS];
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (long i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, load, (void *)(i + 1));
  sleep((unsigned)atoi(argv[1]));
  running = 0;
  long total = 0;
  for (int i = 0; i < THREADS; i++) {
    void *done;
    pthread_join(threads[i], &done);
    total += (long)done;
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  double seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
  printf("%.0f\n", (double)total / seconds);
  return 0;
}
