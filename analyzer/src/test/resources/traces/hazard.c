#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>
/* Lends 16 pages of a mapped file to a pipe, unmaps and unlinks the file, writes another into its blocks, then reads the pipe. */
int main(int argc, char **argv) {
  char a[300], b[300]; size_t n = 65536;
  snprintf(a, 300, "%s/hazard.a", argv[1]); snprintf(b, 300, "%s/hazard.b", argv[1]);
  int fd = open(a, O_RDWR | O_CREAT | O_TRUNC, 0600), p[2], hit = 0;
  char *buf = malloc(n); memset(buf, 'A', n);
  if (write(fd, buf, n) != n || fsync(fd) || pipe(p)) return 2;
  char *m = mmap(0, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  for (size_t i = 0; i < n; i += 4096) m[i] = 'A';
  fcntl(p[1], F_SETPIPE_SZ, 1 << 20);
  struct iovec v = {m, n};
  if (vmsplice(p[1], &v, 1, 0) != (ssize_t)n) return 3;
  munmap(m, n);
  if (argc > 2) { size_t g = 0; while (g < n) g += read(p[0], buf, n); }
  close(fd); unlink(a); sync();
  int fb = open(b, O_RDWR | O_CREAT | O_TRUNC, 0600);
  memset(buf, 'B', n);
  for (int i = 0; i < 8; i++) if (write(fb, buf, n) != n) return 4;
  fsync(fb);
  if (argc <= 2) { size_t g = 0; ssize_t r; while (g < n && (r = read(p[0], buf, n)) > 0) { for (int i = 0; i < r; i++) hit += buf[i] != 'A'; g += r; } }
  close(fb); unlink(b);
  printf("truth: %d foreign bytes\n", hit);
  return 0;
}
