/* What a case tells its parent: its truth, and how a case ends that cannot establish one. */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <sys/types.h>

/* Shared with the parent, so that it survives the case. */
struct report {
	dev_t device;
	ino_t inode;
	volatile bool returned; /* the free has */
	char truth[12], detail[200];
};

extern struct report *report;

/* Says what the truth of the case is, and the figures that show it. */
void tell(const char *truth, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The file whose blocks are freed is another than the one that was pinned. */
void blame(const char *path);
/* Ends the case: this kernel cannot do what it is about. */
_Noreturn void absent(const char *what);
/* Ends the case with errno and the call that failed. */
_Noreturn void failed(const char *call, int line);
#define CHECK(call)                                                                                                            \
	({                                                                                                                     \
		long result_ = (long)(call);                                                                                   \
		if (result_ < 0)                                                                                               \
			failed(#call, __LINE__);                                                                               \
		result_;                                                                                                       \
	})

#endif
