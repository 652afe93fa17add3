/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sandbox: a payment provider on this machine that behaves like a real one. It keeps its own records in one
 * append-only file of JSON lines, calls back late, twice, out of order or never as its fault plan says, and fails on demand.
 * Nothing here sleeps: whoever runs it says what time it is and takes the callbacks that are due.
 */
#ifndef SHUNTUI_PAY_SANDBOX_H
#define SHUNTUI_PAY_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/random.h"
#include "base/time.h"
#include "pay/pay.h"
#include "pay/webhook.h"

struct pay_sandbox;

/* How often things go wrong, in 1/1000 of all callbacks or refunds. */
struct pay_sandbox_faults {
    unsigned late_per_mille;         /* callbacks: up to late_max_s later, which also changes their order */
    unsigned twice_per_mille;        /* callbacks: once more although it was taken */
    unsigned lost_per_mille;         /* callbacks: never; only a query tells */
    unsigned processing_per_mille;   /* refunds: done after processing_s */
    unsigned unknown_per_mille;      /* refunds: done, but the answer is lost */
    unsigned insufficient_per_mille; /* refunds: the first try finds our account short */
    unsigned decline_per_mille;      /* refunds: final refusal */
    int64_t late_max_s;              /* 0: six hours */
};

struct pay_sandbox_options {
    const char *path;                 /* of its file; NULL keeps everything in memory */
    struct clock *clock;              /* must outlive the sandbox */
    struct random *random;            /* of numbers and event ids; must outlive the sandbox */
    struct text secret;               /* signs callbacks; copied */
    struct text old_secret;           /* also accepted, and callbacks carry both signatures; empty for none */
    uint64_t fault_seed;              /* 0: nothing goes wrong by itself */
    struct pay_sandbox_faults faults; /* with a seed and all zero: pay_sandbox_faults_usual */
    int64_t processing_s;             /* 0: 60; how long a refund in process takes */
    bool
        amount_failures; /* refunds whose amount ends in 901 are declined, 902 done without answer, 903 processing, 904 short */
    bool fsync;          /* sync after every line: a provider that survives power loss */
    const char *url_base; /* of payment pages; NULL: "http://127.0.0.1:8080/sandbox/pay/" */
};

extern const struct pay_sandbox_faults pay_sandbox_faults_usual; /* late 150, twice 100, lost 30 … */

/* Replays the file; a torn last line is cut off. Fails with PAY_SECRET, IO, or PAY_RECORDS (a damaged line, with line). */
int pay_sandbox_open(const struct pay_sandbox_options *options, struct pay_sandbox **ret, struct error *error);
void pay_sandbox_close(struct pay_sandbox *sandbox); /* NULL is a no-op */
/* The interface over this sandbox. All functions may be called from several threads. */
struct pay_channel pay_sandbox_channel(struct pay_sandbox *sandbox);

/* ---- the buyer's side ---- */

/* A buyer pays: amount_minor 0 pays what was asked for, anything else pays that. Paying twice is refused (PAY_TRADE_STATE),
 * as is paying after the expiry. The callback becomes due. number or reference may name the trade. */
int pay_sandbox_pay(struct pay_sandbox *sandbox, const char *number_or_reference, int64_t amount_minor,
                    struct error *error);

/* ---- callbacks ---- */

/* Takes one callback as an HTTP POST would bring it. Returns 0 for a 2xx answer; anything else makes the sandbox try
 * again 4 min, 10 min, 10 min, 1 h, 2 h, 6 h and 15 h later, and then never. It may call the sandbox. */
typedef int pay_sandbox_deliver(void *context, const struct pay_callback *callback);
/* Completes refunds in process and delivers every callback due at now_us, each at most once. Returns how many were delivered. */
size_t pay_sandbox_pump(struct pay_sandbox *sandbox, int64_t now_us, pay_sandbox_deliver *deliver, void *context);
/* When pump has something to do next, or INT64_MAX. */
int64_t pay_sandbox_next_us(struct pay_sandbox *sandbox);

/* ---- failures on demand ---- */
enum pay_sandbox_failure {
    PAY_SANDBOX_DECLINE,      /* final refusal */
    PAY_SANDBOX_UNKNOWN,      /* done, but the answer is lost */
    PAY_SANDBOX_PROCESSING,   /* done after processing_s */
    PAY_SANDBOX_INSUFFICIENT, /* our account is short; nothing is recorded */
    PAY_SANDBOX_OFFLINE,      /* no answer and nothing done; also for create and queries */
};
/* The next `times` calls fail so, before the fault plan is asked. Scripts queue up, at most 16; they do not survive a restart. */
void pay_sandbox_script(struct pay_sandbox *sandbox, enum pay_sandbox_failure failure, unsigned times);

/* ---- for tests and benches ---- */

/* Writes the body of a callback that says this, and its three headers, correctly signed at now_us. It need not be true.
 * notice->provider may be empty for "sandbox". */
struct pay_sandbox_signed {
    char id[PAY_NUMBER_BYTES];
    char timestamp[24];
    char signature[2 * PAY_WEBHOOK_SIGNATURE_BYTES];
    struct pay_header headers[3]; /* views of the three above */
};
void pay_sandbox_sign(struct text secret, const struct pay_notice *notice, int64_t now_us, struct buffer *out_body,
                      struct pay_sandbox_signed *out);

#endif
