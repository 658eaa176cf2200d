/*
 * What the cases of the page cache do in native code: the measure of their truth, and cuts that no hook of the agent
 * sees. A shared library for io.pinaudit.lab.cases.CachedNative; pointers come as numbers, so that it needs no jni.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PAGE_BYTES = 4096,
	OP_FTRUNCATE = 55, /* IORING_OP_FTRUNCATE, Linux 6.9 */
};

#define NATIVE(type, name, ...) \
	__attribute__((visibility("default"))) type Java_io_pinaudit_lab_cases_CachedNative_##name(void *env, void *class, __VA_ARGS__)

static sigjmp_buf after_fault;

static void faulted(int signal)
{
	(void)signal;
	siglongjmp(after_fault, 1);
}

/* Loads from each page, in a process that may die of it; returns how many loads failed. */
static int count_faults(const volatile char *memory, int pages)
{
	struct sigaction action = { .sa_handler = faulted };
	volatile int faults = 0;

	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
	for (int i = 0; i < pages; i++)
		if (sigsetjmp(after_fault, 1))
			faults++;
		else
			(void)memory[(long)i * PAGE_BYTES];
	return faults;
}

/* How many pages of a range fault; measured by a child, so that the JVM itself takes no fault. Negative: errno. */
NATIVE(int, faults, int64_t address, int pages)
{
	int status;
	pid_t child = fork();

	(void)env, (void)class;
	if (child < 0)
		return -errno;
	if (!child)
		_exit(count_faults((const volatile char *)address, pages));
	if (waitpid(child, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EIO;
}

NATIVE(int, truncate, int64_t path, int64_t size)
{
	(void)env, (void)class;
	return truncate((const char *)path, size) ? -errno : 0;
}

NATIVE(int, openTruncating, int64_t path)
{
	int fd = open((const char *)path, O_WRONLY | O_TRUNC);

	(void)env, (void)class;
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

/* One request on a ring of its own; its result. */
static int request(const struct io_uring_sqe *entry)
{
	struct io_uring_params params = { 0 };
	int ring = syscall(SYS_io_uring_setup, 1, &params), result = -EIO;
	size_t bytes = params.sq_off.array + params.sq_entries * sizeof(unsigned);

	if (ring < 0)
		return -errno;
	if (params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe) > bytes)
		bytes = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
	char *queues = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
	struct io_uring_sqe *entries = mmap(NULL, params.sq_entries * sizeof *entries, PROT_READ | PROT_WRITE,
					    MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
	if (queues == MAP_FAILED || entries == MAP_FAILED) {
		close(ring);
		return -ENOMEM;
	}
	entries[0] = *entry;
	((unsigned *)(queues + params.sq_off.array))[0] = 0;
	__atomic_store_n((unsigned *)(queues + params.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) == 1)
		result = ((struct io_uring_cqe *)(queues + params.cq_off.cqes))[0].res;
	munmap(entries, params.sq_entries * sizeof *entries);
	munmap(queues, bytes);
	close(ring);
	return result;
}

NATIVE(int, ringTruncate, int64_t path, int64_t size)
{
	int fd = open((const char *)path, O_WRONLY), result;
	struct io_uring_sqe entry = { .opcode = OP_FTRUNCATE, .fd = fd, .off = size };

	(void)env, (void)class;
	if (fd < 0)
		return -errno;
	result = request(&entry);
	close(fd);
	return result;
}

NATIVE(int, ringOpen, int64_t path, int flags)
{
	struct io_uring_sqe entry = { .opcode = IORING_OP_OPENAT, .fd = AT_FDCWD, .addr = path, .open_flags = flags };
	int fd = request(&entry);

	(void)env, (void)class;
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}
