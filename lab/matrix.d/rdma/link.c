#include "link.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { PORT = 1, ENTRIES = 8, SOURCE_BYTES = 1 << 20, FIRST_PACKET = 0 };

#define EXPORTED __attribute__((visibility("default")))

static struct {
	struct ibv_pd *domain;
	struct ibv_cq *completions;
	struct ibv_qp *sender, *receiver;
	struct ibv_mr *source;
	union ibv_gid address;
	int address_index;
} pairs;

static struct ibv_context *open_first(void)
{
	int count;
	struct ibv_device **devices = ibv_get_device_list(&count);
	struct ibv_context *context = NULL;

	if (devices && count)
		context = ibv_open_device(devices[0]);
	else if (devices)
		errno = ENODEV;
	if (devices)
		ibv_free_device_list(devices);
	return context;
}

/* The first address of the port that is an IPv4 address: those of the link itself lead nowhere on a dummy. */
static int find_address(struct ibv_context *context)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	for (int i = 0; i < 32; i++)
		if (!ibv_query_gid(context, PORT, i, &pairs.address) && !memcmp(pairs.address.raw, mapped, sizeof mapped)) {
			pairs.address_index = i;
			return 0;
		}
	errno = EADDRNOTAVAIL;
	return -1;
}

static struct ibv_qp *new_pair(void)
{
	struct ibv_qp_init_attr attributes = {
		.send_cq = pairs.completions,
		.recv_cq = pairs.completions,
		.cap = { .max_send_wr = ENTRIES, .max_recv_wr = ENTRIES, .max_send_sge = 1, .max_recv_sge = 1 },
		.qp_type = IBV_QPT_RC,
	};

	return ibv_create_qp(pairs.domain, &attributes);
}

static int connect_pair(struct ibv_qp *pair, struct ibv_qp *other)
{
	struct ibv_qp_attr init = {
		.qp_state = IBV_QPS_INIT,
		.port_num = PORT,
		.qp_access_flags = IBV_ACCESS_LOCAL_WRITE | IBV_ACCESS_REMOTE_WRITE | IBV_ACCESS_REMOTE_READ,
	};
	struct ibv_qp_attr receive = {
		.qp_state = IBV_QPS_RTR,
		.path_mtu = IBV_MTU_1024,
		.dest_qp_num = other->qp_num,
		.rq_psn = FIRST_PACKET,
		.max_dest_rd_atomic = 1,
		.min_rnr_timer = 12,
		.ah_attr = { .is_global = 1,
			     .port_num = PORT,
			     .grh = { .dgid = pairs.address, .sgid_index = pairs.address_index, .hop_limit = 1 } },
	};
	struct ibv_qp_attr send = {
		.qp_state = IBV_QPS_RTS,
		.timeout = 14,
		.retry_cnt = 7,
		.rnr_retry = 7,
		.sq_psn = FIRST_PACKET,
		.max_rd_atomic = 1,
	};
	int error = ibv_modify_qp(pair, &init, IBV_QP_STATE | IBV_QP_PKEY_INDEX | IBV_QP_PORT | IBV_QP_ACCESS_FLAGS);

	if (!error)
		error = ibv_modify_qp(pair, &receive,
				      IBV_QP_STATE | IBV_QP_AV | IBV_QP_PATH_MTU | IBV_QP_DEST_QPN | IBV_QP_RQ_PSN |
					      IBV_QP_MAX_DEST_RD_ATOMIC | IBV_QP_MIN_RNR_TIMER);
	if (!error)
		error = ibv_modify_qp(pair, &send,
				      IBV_QP_STATE | IBV_QP_TIMEOUT | IBV_QP_RETRY_CNT | IBV_QP_RNR_RETRY | IBV_QP_SQ_PSN |
					      IBV_QP_MAX_QP_RD_ATOMIC);
	errno = error;
	return error ? -1 : 0;
}

EXPORTED struct ibv_pd *link_open(void)
{
	struct ibv_context *context = open_first();
	void *bytes = aligned_alloc(4096, SOURCE_BYTES);

	if (!context || !bytes || find_address(context) < 0)
		return NULL;
	memset(bytes, 'R', SOURCE_BYTES);
	pairs.domain = ibv_alloc_pd(context);
	pairs.completions = ibv_create_cq(context, 2 * ENTRIES, NULL, NULL, 0);
	if (!pairs.domain || !pairs.completions)
		return NULL;
	pairs.source = ibv_reg_mr(pairs.domain, bytes, SOURCE_BYTES, IBV_ACCESS_LOCAL_WRITE);
	pairs.sender = new_pair();
	pairs.receiver = new_pair();
	if (!pairs.source || !pairs.sender || !pairs.receiver || connect_pair(pairs.sender, pairs.receiver) < 0 ||
	    connect_pair(pairs.receiver, pairs.sender) < 0)
		return NULL;
	return pairs.domain;
}

EXPORTED int link_begin_write(struct ibv_mr *target, size_t offset, size_t length)
{
	struct ibv_sge from = { .addr = (uintptr_t)pairs.source->addr, .length = length, .lkey = pairs.source->lkey };
	struct ibv_send_wr *failed, request = {
		.sg_list = &from,
		.num_sge = 1,
		.opcode = IBV_WR_RDMA_WRITE,
		.send_flags = IBV_SEND_SIGNALED,
		.wr.rdma = { .remote_addr = (uintptr_t)target->addr + offset, .rkey = target->rkey },
	};

	return ibv_post_send(pairs.sender, &request, &failed);
}

EXPORTED int link_end_write(void)
{
	struct ibv_wc completion;
	int count;

	while (!(count = ibv_poll_cq(pairs.completions, 1, &completion)))
		;
	return count < 0 ? EIO : completion.status;
}
