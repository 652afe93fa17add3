/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the sandbox share: its records, its queue, and the lock. Included by src/pay/sandbox*.c only. */
#ifndef SHUNTUI_PAY_SANDBOX_STATE_H
#define SHUNTUI_PAY_SANDBOX_STATE_H

#include <pthread.h>

#include "pay/index.h"
#include "pay/sandbox.h"

#define SANDBOX_LINE_BYTES_MAX 2048
#define SANDBOX_SCRIPTS_MAX 16
#define SANDBOX_SECRET_BYTES_MAX 128

/* One line of the file is one of these, whole; the latest line about a number wins. */
struct sandbox_trade {
    char number[PAY_NUMBER_BYTES], reference[PAY_REFERENCE_BYTES];
    struct money amount; /* asked for */
    int64_t paid;        /* 0 while open */
    int64_t refunded;    /* succeeded and processing */
    int64_t expires_at_us;
};
struct sandbox_refund {
    struct pay_refund refund;
    int64_t due_at_us; /* of its end while processing, else 0 */
};
struct sandbox_event {
    char id[PAY_NUMBER_BYTES];
    int64_t due_at_us; /* of the next delivery; 0: no more */
    int64_t attempts;  /* made */
    bool is_repeat;    /* it was taken once already */
    struct text body;  /* view into the line; empty when there are no more deliveries */
};

/* Due work, earliest first. */
struct sandbox_due {
    int64_t at_us;
    uint64_t offset; /* of the event's or refund's line; equal times keep the order of the lines */
    bool is_refund;
};

struct pay_sandbox {
    pthread_mutex_t lock;
    struct clock *clock;
    struct random *random;
    uint8_t secrets[2][SANDBOX_SECRET_BYTES_MAX];
    struct text secret[2];
    size_t secret_count;
    uint64_t fault_seed;
    struct pay_sandbox_faults faults;
    int64_t processing_s;
    bool amount_failures, fsync;
    char url_base[128];
    /* records */
    int fd;
    uint64_t end;
    struct pay_index trades, refunds;
    struct pay_index pending; /* events to deliver and refunds in process */
    /* queue */
    struct sandbox_due *due;
    size_t due_count, due_capacity;
    struct {
        enum pay_sandbox_failure failure;
        unsigned times;
    } scripts[SANDBOX_SCRIPTS_MAX];
    size_t script_count;
};

/* ---- records (sandbox_records.c); the lock is held ---- */
int sandbox_records_open(struct pay_sandbox *sandbox, const char *path, struct error *error);
void sandbox_records_close(struct pay_sandbox *sandbox);
/* Lines are collected and appended by one write: all or none. */
struct sandbox_lines {
    struct buffer text;
    struct {
        uint64_t offset; /* within text */
        enum sandbox_line { SANDBOX_LINE_TRADE, SANDBOX_LINE_REFUND, SANDBOX_LINE_EVENT, SANDBOX_LINE_SHORT } kind;
        char key[PAY_NUMBER_BYTES];
        int64_t due_at_us;
    } items[4];
    size_t count;
};
void sandbox_lines_init(struct sandbox_lines *lines);
void sandbox_lines_trade(struct sandbox_lines *lines, const struct sandbox_trade *trade);
void sandbox_lines_refund(struct sandbox_lines *lines, const struct sandbox_refund *refund);
void sandbox_lines_event(struct sandbox_lines *lines, const struct sandbox_event *event);
void sandbox_lines_short(struct sandbox_lines *lines, const char *refund_id); /* our account was short once */
/* Appends, and brings indices and queue up to date. Fails with OUTCOME_UNKNOWN and leaves nothing. Frees the lines. */
int sandbox_lines_commit(struct pay_sandbox *sandbox, struct sandbox_lines *lines, struct error *error);

/* Each returns false when there is none. */
bool sandbox_find_trade(struct pay_sandbox *sandbox, const char *number, struct sandbox_trade *ret);
bool sandbox_find_refund(struct pay_sandbox *sandbox, const char *refund_id, struct sandbox_refund *ret);
bool sandbox_was_short(struct pay_sandbox *sandbox, const char *refund_id);
bool sandbox_read_refund(struct pay_sandbox *sandbox, uint64_t offset, struct sandbox_refund *ret);
/* line receives the text that the event's body points into. */
bool sandbox_read_event(struct pay_sandbox *sandbox, uint64_t offset, struct buffer *line, struct sandbox_event *ret);

/* ---- queue (sandbox_callback.c) ---- */
void sandbox_due_add(struct pay_sandbox *sandbox, int64_t at_us, uint64_t offset, bool is_refund);
/* Adds the event that tells of this payment or refund, as the fault plan says when. */
void sandbox_notify(struct pay_sandbox *sandbox, struct sandbox_lines *lines, struct pay_notice *notice,
                    int64_t now_us);
/* A number below limit that depends on nothing but the seed, the key and the purpose. */
uint64_t sandbox_chance(const struct pay_sandbox *sandbox, const char *key, const char *purpose, uint64_t limit);

/* What a callback about this refund says, but for its event and time. */
void sandbox_refund_notice(const struct sandbox_trade *trade, const struct pay_refund *refund, struct pay_notice *ret);

/* ---- notices (sandbox_notice.c) ---- */
bool sandbox_is_word(struct text text); /* 1 to 64 letters, digits, '_', '-', ':' */
void sandbox_notice_write(const struct pay_notice *notice, struct buffer *out);
int sandbox_notice_read(struct text body, struct pay_notice *ret, struct error *error);

#endif
