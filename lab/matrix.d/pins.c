/* The ways to pin pages. A pipe or socket keeps a page until it is read, a device until it is done. */
#define _GNU_SOURCE
#include "scene.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/aio_abi.h>
#include <linux/errqueue.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static char *pinned_bytes(const struct scene *scene)
{
	return scene->map + scene->first * PAGE;
}

/* ---- what goes through a pipe or a socket */

static int pipe_ends[2], second_pipe[2], sockets[2];
static char *received;
static long received_bytes;

static void open_pipe(int ends[2], const struct scene *scene)
{
	CHECK(pipe(ends));
	CHECK(fcntl(ends[1], F_SETPIPE_SZ, scene->pinned * PAGE));
}

static void lend(int pipe_end, char *bytes, long length)
{
	while (length > 0) {
		struct iovec vector = { bytes, length };
		long taken = CHECK(vmsplice(pipe_end, &vector, 1, 0));

		bytes += taken;
		length -= taken;
	}
}

static void receive(int fd, long length)
{
	received = realloc(received, length);
	for (received_bytes = 0; received_bytes < length;)
		received_bytes += CHECK(read(fd, received + received_bytes, length - received_bytes));
}

/* What was punched while it was pinned reads as zeros: that is no more what the file has now than its old bytes are. */
static long count_received(struct scene *scene, char letter)
{
	(void)scene;
	return count_letter(received, received_bytes, letter) +
	       (letter == OWN_LETTER ? count_letter(received, received_bytes, 0) : 0);
}

static void take_vmsplice(struct scene *scene)
{
	open_pipe(pipe_ends, scene);
	lend(pipe_ends[1], pinned_bytes(scene), scene->pinned * PAGE);
}

static void drop_pipe(struct scene *scene)
{
	receive(pipe_ends[0], scene->pinned * PAGE);
}

/* Only a part of the first page. */
static void take_bytes(struct scene *scene)
{
	open_pipe(pipe_ends, scene);
	lend(pipe_ends[1], pinned_bytes(scene) + 100, 200);
}

static void drop_bytes(struct scene *scene)
{
	(void)scene;
	receive(pipe_ends[0], 200);
}

/* Pinned twice; one of both pins is dropped at once. */
static void take_twice(struct scene *scene)
{
	take_vmsplice(scene);
	open_pipe(second_pipe, scene);
	lend(second_pipe[1], pinned_bytes(scene), scene->pinned * PAGE);
	receive(second_pipe[0], scene->pinned * PAGE);
}

/* The original is read, the copy of the reference stays. */
static void take_tee(struct scene *scene)
{
	open_pipe(second_pipe, scene);
	take_vmsplice(scene);
	CHECK(tee(pipe_ends[0], second_pipe[1], scene->pinned * PAGE, 0));
	receive(pipe_ends[0], scene->pinned * PAGE);
}

static void drop_second(struct scene *scene)
{
	receive(second_pipe[0], scene->pinned * PAGE);
}

/* Moved to another pipe; the first is closed. */
static void take_splice(struct scene *scene)
{
	open_pipe(second_pipe, scene);
	take_vmsplice(scene);
	CHECK(splice(pipe_ends[0], NULL, second_pipe[1], NULL, scene->pinned * PAGE, 0));
	close(pipe_ends[0]);
	close(pipe_ends[1]);
}

/* A child inherits the pipe, this process closes it: only the child can drop the pin, and does when told. */
static int told[2], child_bytes[2];

static void take_inherited(struct scene *scene)
{
	CHECK(pipe(told));
	CHECK(pipe(child_bytes));
	take_vmsplice(scene);
	if (CHECK(fork()) == 0) {
		char byte;

		unmap(scene);
		close_file(scene);
		CHECK(read(told[0], &byte, 1));
		receive(pipe_ends[0], scene->pinned * PAGE);
		CHECK(write(child_bytes[1], received, received_bytes));
		_exit(0);
	}
	close(pipe_ends[0]);
	close(pipe_ends[1]);
	/* By then the child has unmapped the file too. */
	sleep_millis(50);
}

static void drop_inherited(struct scene *scene)
{
	CHECK(write(told[1], "", 1));
	receive(child_bytes[0], scene->pinned * PAGE);
	wait(NULL);
}

static void take_socket(struct scene *scene)
{
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
	take_vmsplice(scene);
	for (long left = scene->pinned * PAGE; left > 0;)
		left -= CHECK(splice(pipe_ends[0], NULL, sockets[0], NULL, left, 0));
}

static void drop_socket(struct scene *scene)
{
	receive(sockets[1], scene->pinned * PAGE);
}

/* MSG_ZEROCOPY: what does not fit the receiver's window waits in the sender's queue as it is. */
static const long AHEAD_BYTES = 256 << 10;

static void connect_sockets(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof address;
	int listener = CHECK(socket(AF_INET, SOCK_STREAM, 0)), small = 4096, large = 8 << 20, on = 1;

	CHECK(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small));
	CHECK(bind(listener, (struct sockaddr *)&address, length));
	CHECK(listen(listener, 1));
	CHECK(getsockname(listener, (struct sockaddr *)&address, &length));
	sockets[0] = CHECK(socket(AF_INET, SOCK_STREAM, 0));
	CHECK(setsockopt(sockets[0], SOL_SOCKET, SO_SNDBUFFORCE, &large, sizeof large));
	CHECK(setsockopt(sockets[0], SOL_SOCKET, SO_ZEROCOPY, &on, sizeof on));
	CHECK(connect(sockets[0], (struct sockaddr *)&address, length));
	sockets[1] = CHECK(accept(listener, NULL, NULL));
	close(listener);
}

static void take_zerocopy(struct scene *scene)
{
	char *ahead = malloc(AHEAD_BYTES);

	memset(ahead, '-', AHEAD_BYTES);
	connect_sockets();
	for (long left = AHEAD_BYTES; left > 0;)
		left -= CHECK(send(sockets[0], ahead, left, 0));
	for (long done = 0; done < scene->pinned * PAGE;)
		done += CHECK(send(sockets[0], pinned_bytes(scene) + done, scene->pinned * PAGE - done, MSG_ZEROCOPY));
	free(ahead);
}

static void drop_zerocopy(struct scene *scene)
{
	struct pollfd notice = { .fd = sockets[0] };

	receive(sockets[1], AHEAD_BYTES + scene->pinned * PAGE);
	/* The pages are free when the kernel has put its notice into the error queue. */
	CHECK(poll(&notice, 1, 2000));
	sleep_millis(20);
}

/* ---- what a device does */

enum { REQUESTS = 4, STRIDE_BYTES = 1 << 17, WRITTEN_BYTES = 8 << 20 /* from there on: nobody reads that */ };
static int disk;
static long share; /* pages of each request */
static pthread_t threads[REQUESTS];

/*
 * An idle disk serves the first request at once, while the others are still being submitted, which is when bpftrace
 * misses its end. Now it is served a second later.
 */
static void keep_busy(void)
{
	int fd = CHECK(open(getenv("PINAUDIT_SLOW_DISK"), O_RDONLY | O_DIRECT));
	void *bytes = aligned_alloc(PAGE, PAGE);

	CHECK(pread(fd, bytes, PAGE, 0));
	free(bytes);
	close(fd);
}

static void open_disk(const struct scene *scene, int flags)
{
	disk = CHECK(open(getenv("PINAUDIT_SLOW_DISK"), flags | O_DIRECT));
	share = scene->pinned / REQUESTS;
	keep_busy();
}

static char *target(const struct scene *scene, long request)
{
	return pinned_bytes(scene) + request * share * PAGE;
}

struct transfer {
	char *memory;
	long request;
	bool out;
	volatile pid_t thread; /* 0 before it runs */
};

/* Whether a thread waits for the device, or has got what it waited for. */
static bool is_submitted(pid_t thread)
{
	char path[64], state = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/self/task/%d/stat", thread);
	file = thread ? fopen(path, "r") : NULL;
	if (!file)
		return thread;
	if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = 'D';
	fclose(file);
	return state == 'D';
}

static void *transfer(void *argument)
{
	struct transfer *job = argument;

	job->thread = gettid();
	if (job->out)
		CHECK(pwrite(disk, job->memory, share * PAGE, WRITTEN_BYTES + job->request * STRIDE_BYTES));
	else
		CHECK(pread(disk, job->memory, share * PAGE, job->request * STRIDE_BYTES));
	return NULL;
}

static void start_threads(struct scene *scene, bool out)
{
	static struct transfer jobs[REQUESTS];

	open_disk(scene, out ? O_RDWR : O_RDONLY);
	for (long i = 0; i < REQUESTS; i++) {
		jobs[i] = (struct transfer){ target(scene, i), i, out, 0 };
		CHECK(-pthread_create(&threads[i], NULL, transfer, &jobs[i]));
	}
	for (long i = 0; i < REQUESTS; i++)
		while (!is_submitted(jobs[i].thread))
			sleep_millis(1);
}

static void take_pread(struct scene *scene)
{
	start_threads(scene, false);
}

static void take_pwrite(struct scene *scene)
{
	start_threads(scene, true);
}

static void drop_threads(struct scene *scene)
{
	(void)scene;
	for (long i = 0; i < REQUESTS; i++)
		pthread_join(threads[i], NULL);
}

/* Bytes that the device wrote where the victim is now; or what it wrote and the file itself does not have. */
static long count_overwritten(struct scene *scene, char letter)
{
	if (letter == OWN_LETTER)
		return access(scene->path, F_OK) ? REQUESTS * share * PAGE : count_pinned(scene, VICTIM_LETTER);
	return access(scene->victim, F_OK) ? 0 : count_foreign(scene->victim, VICTIM_LETTER);
}

/* Bytes that the device read from where the victim is now. */
static long count_on_disk(struct scene *scene, char letter)
{
	/* One request: the disk is slow. What lies between has other letters. */
	const long length = REQUESTS * STRIDE_BYTES;
	char *bytes = aligned_alloc(PAGE, length);
	long count = count_letter(bytes, CHECK(pread(disk, bytes, length, WRITTEN_BYTES)), letter);

	(void)scene;
	free(bytes);
	return count;
}

static aio_context_t aio;

static void take_libaio(struct scene *scene)
{
	static struct iocb blocks[REQUESTS];
	struct iocb *list[REQUESTS];

	open_disk(scene, O_RDONLY);
	CHECK(syscall(SYS_io_setup, REQUESTS, &aio));
	for (long i = 0; i < REQUESTS; i++) {
		blocks[i] = (struct iocb){ .aio_lio_opcode = IOCB_CMD_PREAD,
					   .aio_fildes = disk,
					   .aio_buf = (unsigned long)target(scene, i),
					   .aio_nbytes = share * PAGE,
					   .aio_offset = i * STRIDE_BYTES };
		list[i] = &blocks[i];
	}
	CHECK(syscall(SYS_io_submit, aio, (long)REQUESTS, list));
}

static void drop_libaio(struct scene *scene)
{
	struct io_event events[REQUESTS];

	(void)scene;
	CHECK(syscall(SYS_io_getevents, aio, (long)REQUESTS, (long)REQUESTS, events, NULL));
}

static struct {
	int fd;
	struct io_uring_params parameters;
	char *queue;
	struct io_uring_sqe *entries;
} ring;

static volatile unsigned *ring_word(unsigned offset)
{
	return (volatile unsigned *)(ring.queue + offset);
}

static void open_ring(unsigned flags)
{
	long length;

	ring.parameters = (struct io_uring_params){ .flags = flags, .sq_thread_idle = 200 };
	ring.fd = CHECK(syscall(SYS_io_uring_setup, 8, &ring.parameters));
	length = ring.parameters.sq_off.array + ring.parameters.sq_entries * sizeof(unsigned);
	ring.queue = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring.fd, IORING_OFF_SQ_RING);
	ring.entries = mmap(NULL, ring.parameters.sq_entries * sizeof *ring.entries, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_POPULATE, ring.fd, IORING_OFF_SQES);
	if (ring.queue == MAP_FAILED || ring.entries == MAP_FAILED)
		failed("mmap of io_uring", __LINE__);
}

static void queue_entry(struct io_uring_sqe entry)
{
	unsigned tail = *ring_word(ring.parameters.sq_off.tail), index = tail & (ring.parameters.sq_entries - 1);

	ring.entries[index] = entry;
	ring_word(ring.parameters.sq_off.array)[index] = index;
	__atomic_store_n(ring_word(ring.parameters.sq_off.tail), tail + 1, __ATOMIC_RELEASE);
}

static void submit(unsigned count)
{
	unsigned flags = ring.parameters.flags & IORING_SETUP_SQPOLL ? IORING_ENTER_SQ_WAKEUP : 0;

	CHECK(syscall(SYS_io_uring_enter, ring.fd, count, 0, flags, NULL, 0));
}

static void await_completions(unsigned count)
{
	CHECK(syscall(SYS_io_uring_enter, ring.fd, 0, count, IORING_ENTER_GETEVENTS, NULL, 0));
}

static void start_ring_reads(struct scene *scene, unsigned flags)
{
	open_disk(scene, O_RDONLY);
	open_ring(flags);
	for (long i = 0; i < REQUESTS; i++)
		queue_entry((struct io_uring_sqe){ .opcode = IORING_OP_READ,
						   .fd = disk,
						   .addr = (unsigned long)target(scene, i),
						   .len = share * PAGE,
						   .off = i * STRIDE_BYTES });
	submit(REQUESTS);
	/* The polling thread of the kernel takes them when it likes. */
	while (*ring_word(ring.parameters.sq_off.head) != *ring_word(ring.parameters.sq_off.tail))
		sleep_millis(1);
}

static void take_io_uring(struct scene *scene)
{
	start_ring_reads(scene, 0);
}

static void take_sqpoll(struct scene *scene)
{
	start_ring_reads(scene, IORING_SETUP_SQPOLL);
}

static void drop_ring(struct scene *scene)
{
	(void)scene;
	await_completions(REQUESTS);
}

/* A registered buffer stays pinned until it is unregistered, unless the kernel refuses to register it. */
static char *registered;

static void take_registered(struct scene *scene)
{
	struct iovec buffer = { pinned_bytes(scene), scene->pinned * PAGE };

	open_ring(0);
	open_pipe(pipe_ends, scene);
	if (syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_BUFFERS, &buffer, 1) == 0)
		registered = buffer.iov_base;
}

static void drop_registered(struct scene *scene)
{
	if (!registered)
		return;
	/* What it holds now: its address stands for it, even if nothing is mapped there any more. */
	queue_entry((struct io_uring_sqe){ .opcode = IORING_OP_WRITE_FIXED,
					   .fd = pipe_ends[1],
					   .addr = (unsigned long)registered,
					   .len = scene->pinned * PAGE,
					   .off = -1 });
	submit(1);
	await_completions(1);
	receive(pipe_ends[0], scene->pinned * PAGE);
	CHECK(syscall(SYS_io_uring_register, ring.fd, IORING_UNREGISTER_BUFFERS, NULL, 0));
}

/* ---- what looks like a pin and is none, or ends within the system call */

static void drop_nothing(struct scene *scene)
{
	(void)scene;
}

static void take_process_vm(struct scene *scene)
{
	long length = scene->pinned * PAGE;
	int status;

	if (CHECK(fork()) == 0) {
		char *copy = malloc(length);
		struct iovec local = { copy, length }, remote = { pinned_bytes(scene), length };

		CHECK(process_vm_readv(getppid(), &local, 1, &remote, 1, 0));
		CHECK(process_vm_writev(getppid(), &local, 1, &remote, 1, 0));
		_exit(0);
	}
	CHECK(wait(&status));
	if (status)
		failed("process_vm_readv", __LINE__);
}

/* write(2) copies. */
static void take_write(struct scene *scene)
{
	open_pipe(pipe_ends, scene);
	CHECK(write(pipe_ends[1], pinned_bytes(scene), scene->pinned * PAGE));
}

/* Written to before it is lent, a private mapping has pages of its own. */
static void take_private(struct scene *scene)
{
	unmap(scene);
	scene->map = map_file(scene->fd, scene->pages, MAP_PRIVATE);
	memset(scene->map, OWN_LETTER, scene->pages * PAGE);
	take_vmsplice(scene);
}

/* Two vectors of one page: one page, two references. */
static void take_preadv(struct scene *scene)
{
	char *memory = pinned_bytes(scene);
	struct iovec vectors[] = { { memory, 512 }, { memory + 512, 3584 }, { memory + 4 * PAGE, 2 * PAGE } };

	open_disk(scene, O_RDONLY);
	CHECK(preadv(disk, vectors, 3, 0));
}

static const struct pin_kind KINDS[] = {
	{ "vmsplice", 0, false, take_vmsplice, drop_pipe, count_received },
	{ "vmsplice-1", 1, false, take_vmsplice, drop_pipe, count_received },
	{ "vmsplice-600", 600, false, take_vmsplice, drop_pipe, count_received },
	{ "vmsplice-huge", HUGE_PAGES, false, take_vmsplice, drop_pipe, count_received },
	{ "vmsplice-bytes", 1, false, take_bytes, drop_bytes, count_received },
	{ "vmsplice-twice", 0, false, take_twice, drop_pipe, count_received },
	{ "vmsplice-inherited", 0, false, take_inherited, drop_inherited, count_received },
	{ "vmsplice-private", 0, false, take_private, drop_pipe, count_received },
	{ "tee", 0, false, take_tee, drop_second, count_received },
	{ "splice", 0, false, take_splice, drop_second, count_received },
	{ "unix-socket", 0, false, take_socket, drop_socket, count_received },
	{ "zerocopy-socket", 0, false, take_zerocopy, drop_zerocopy, count_received },
	{ "write", 0, false, take_write, drop_pipe, count_received },
	{ "process-vm", 0, false, take_process_vm, drop_nothing, count_received },
	{ "pread", 0, true, take_pread, drop_threads, count_overwritten },
	{ "preadv", 0, false, take_preadv, drop_nothing, count_overwritten },
	{ "pwrite", 0, true, take_pwrite, drop_threads, count_on_disk },
	{ "libaio", 0, true, take_libaio, drop_libaio, count_overwritten },
	{ "io_uring", 0, true, take_io_uring, drop_ring, count_overwritten },
	{ "io_uring-sqpoll", 0, true, take_sqpoll, drop_ring, count_overwritten },
	{ "io_uring-buffers", 0, false, take_registered, drop_registered, count_received },
};

const struct pin_kind *pin_kind(const char *name)
{
	for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
		if (!strcmp(KINDS[i].name, name))
			return &KINDS[i];
	return NULL;
}
