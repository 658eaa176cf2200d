/* A queue pair of soft RoCE that is connected to itself by another one of this process. */
#ifndef LINK_H
#define LINK_H

#include <infiniband/verbs.h>
#include <stddef.h>

/* Opens the first device and connects two queue pairs; the protection domain, or NULL with errno. */
struct ibv_pd *link_open(void);
/* Begins an RDMA write of bytes 'R' to a range of registered memory; 0 or errno. */
int link_begin_write(struct ibv_mr *target, size_t offset, size_t length);
/* Waits for it; 0, or the status of its completion as libibverbs numbers it. */
int link_end_write(void);

#endif
