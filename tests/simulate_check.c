/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold: every invariant of the ledger and the log, the model, the provider's own records, and bundles that verify. */
#include "simulate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "evidence/replay/replay.h"
#include "evidence/verify/verify.h"
#include "ledger/ledger.h"
#include "pay/sandbox.h"
#include "policy/prove/clarify.h"
#include "service/claims/bundle.h"
#include "service/internal.h"
#include "service/worker.h"
#include "store/store.h"

#define SETTLE_STEP_S (6 * TIME_HOUR_S)
#define SETTLE_STEPS_MAX (40 * 4) /* the outer limit of fifteen days, and refunds that are asked for again after it */

/* ---- invariants ---- */

static void violation(void *context, const struct store_invariant *invariant, struct text row)
{
    sim_fail(context, "invariant %s is violated: %.*s", invariant->name, TEXT_ARG(row));
}

void sim_check_invariants(struct simulation *sim)
{
    struct error error;
    for (int i = 0; i < ledger_invariant_count(); i++) {
        const struct ledger_invariant *one = ledger_invariant(i);
        struct store_invariant invariant = {one->name, one->sql};
        if (store_invariants_run(service_store(sim->service), &invariant, 1, 2, violation, sim, &error) < 0)
            sim_fail(sim, "invariant %s: %s", one->name, error.message);
    }
    if (sim_number(sim, "SELECT COUNT(*) FROM claim WHERE stage NOT IN ('closed', 'settlement') AND outer_at < %lld",
                   (long long)(sim_now(sim) - TIME_DAY_S * TIME_SECOND_US)))
        sim_fail(sim, "a claim is open past the outer limit");
}

/* ---- the end ---- */

/* What must come to its end when nothing goes wrong any more; forged callbacks told of money that the provider never had. */
#define UNSETTLED(what)                                                                                                \
    "SELECT " what "COUNT(*) FROM (SELECT 'claim' AS what, id FROM claim WHERE stage <> 'closed' UNION ALL SELECT "    \
    "'refund', id FROM refund WHERE state = 'pending' UNION ALL SELECT 'order', id FROM orders WHERE state = "         \
    "'created' UNION ALL SELECT 'job', reference FROM job WHERE state = 'due' UNION ALL SELECT 'suspense', trade "     \
    "FROM "                                                                                                            \
    "payment LEFT JOIN refund ON refund.id = payment.refund_id WHERE disposition = 'suspense' AND trade LIKE 'sbt%%' " \
    "AND COALESCE(refund.state, '') <> 'succeeded') AS unsettled"

void sim_settle(struct simulation *sim)
{
    sim->has_faults = false;
    if (sim_restart(sim) < 0)
        return;
    for (int i = 0; i < SETTLE_STEPS_MAX && !sim->failures; i++) {
        clock_virtual_advance(&sim->clock, SETTLE_STEP_S);
        sim_work(sim, true);
        for (int j = 0; j < 8; j++)
            sim_send_back(sim);
        if (sim_number(sim, UNSETTLED("")) == 0)
            return;
    }
    sim_fail(sim, "something never came to its end: %s", sim_cell(sim, UNSETTLED("what || ' ' || ")));
}

static void claim_check(struct simulation *sim, struct sim_claim *claim)
{
    struct json *answer;
    bool was_closed = claim->is_closed;
    char outcome[16];
    int64_t amount = claim->outcome_amount;
    snprintf(outcome, sizeof outcome, "%s", claim->outcome);
    if (sim_claim_look(sim, claim, &sim->operator, & answer) < 0)
        return;
    json_free(answer);
    if (was_closed && (strcmp(outcome, claim->outcome) != 0 || amount != claim->outcome_amount))
        sim_fail(sim, "%s ended %s of %lld and now says %s of %lld", claim->id, outcome, (long long)amount,
                 claim->outcome, (long long)claim->outcome_amount);
    bool paid = strcmp(claim->outcome, "refunded") == 0 || strcmp(claim->outcome, "part_refunded") == 0;
    if (paid != (claim->outcome_amount > 0))
        sim_fail(sim, "%s is %s with %lld", claim->id, claim->outcome, (long long)claim->outcome_amount);
    if (claim->expected_outcome &&
        (strcmp(claim->expected_outcome, "paid") == 0 ? !paid : strcmp(claim->expected_outcome, claim->outcome) != 0))
        sim_fail(sim, "%s ended as %s, the model says %s", claim->id, claim->outcome, claim->expected_outcome);
    if (claim->expected_amount >= 0 && claim->expected_outcome && claim->expected_amount != claim->outcome_amount)
        sim_fail(sim, "%s paid %lld, the model says %lld", claim->id, (long long)claim->outcome_amount,
                 (long long)claim->expected_amount);
}

/* Three books must agree: what the answers said, what we wrote, and what the provider has. */
static void order_check(struct simulation *sim, const struct sim_order *order, int64_t told)
{
    struct pay_channel channel = pay_sandbox_channel(service_sandbox(sim->service));
    struct pay_payment payment = {.state = PAY_PAYMENT_OPEN};
    struct error error;
    int known = channel.provider->query(channel.self, order->reference, &payment, &error);
    int64_t at_provider = known == 0 && payment.state == PAY_PAYMENT_PAID ? payment.amount.minor : 0;
    int64_t booked =
        sim_number(sim, "SELECT COALESCE(SUM(amount), 0) FROM payment WHERE order_id = '%s' AND trade LIKE 'sbt%%'",
                   order->id);
    int64_t refunded =
        sim_number(sim, "SELECT COALESCE(SUM(amount), 0) FROM refund WHERE order_id = '%s' AND state = 'succeeded'",
                   order->id);
    int64_t of_claims = sim_number(sim,
                                   "SELECT COALESCE(SUM(amount), 0) FROM refund WHERE order_id = '%s' AND state = "
                                   "'succeeded' AND claim_id IS NOT NULL",
                                   order->id);
    int64_t decided = sim_number(sim, "SELECT refunded FROM orders WHERE id = '%s'", order->id);
    bool is_paid =
        sim_number(sim, "SELECT COUNT(*) FROM payment WHERE order_id = '%s' AND disposition = 'order'", order->id);
    if (at_provider != order->sent || booked != order->sent)
        sim_fail(sim, "%s: the buyer sent %lld, the provider has %lld, we booked %lld", order->id,
                 (long long)order->sent, (long long)at_provider, (long long)booked);
    /* Nobody holds stock for longer than a day for a provider that does not answer: what is booked later waits in suspense. */
    bool too_late = !is_paid && order->sent &&
                    sim_number(sim, "SELECT COUNT(*) FROM payment WHERE order_id = '%s' AND at <= %lld", order->id,
                               (long long)(order->expires_at + TIME_DAY_S * TIME_SECOND_US)) == 0;
    if (is_paid != order->is_paid && !too_late)
        sim_fail(sim, "%s is %s, the model says the opposite", order->id, is_paid ? "paid" : "unpaid");
    if (told != of_claims || told != decided || refunded != (known == 0 ? payment.refunded.minor : 0))
        sim_fail(sim, "%s: %lld were promised, %lld decided, %lld paid for claims; %lld in all, the provider says %lld",
                 order->id, (long long)told, (long long)decided, (long long)of_claims, (long long)refunded,
                 (long long)payment.refunded.minor);
    if (refunded > order->sent)
        sim_fail(sim, "%s: %lld went back of %lld", order->id, (long long)refunded, (long long)order->sent);
}

static void orders_check(struct simulation *sim)
{
    for (int i = 0; i < sim->order_count; i++) {
        int64_t told = 0;
        for (int j = 0; j < sim->claim_count; j++)
            if (sim->claims[j].order == i)
                told += sim->claims[j].outcome_amount;
        order_check(sim, &sim->orders[i], told);
    }
}

static int run_log(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    struct evidence_log log;
    uint8_t root[HASH_BYTES];
    if (service_log_load(call->tx, &log, error) < 0)
        return -1;
    evidence_range_root(&log.range, root);
    hash_hex(root, act->out);
    act->number = (int64_t)log.range.size;
    return 0;
}

/* The log is built again from its leaves and must have the root that was signed last. */
static void log_check(struct simulation *sim)
{
    struct sim_act act = {.out = sim->log_root};
    struct error error;
    if (sim_write(sim, NULL, run_log, &act, &error) < 0) {
        sim_fail(sim, "the log: %s", error.message);
        return;
    }
    const char *signed_root = sim_cell(sim, "SELECT LOWER(HEX(root)) FROM checkpoint ORDER BY size DESC LIMIT 1");
    if (strcmp(signed_root, sim->log_root) != 0)
        sim_fail(sim, "the leaves have the root %s, the last head says %s", sim->log_root, signed_root);
    if (sim_number(sim, "SELECT MAX(size) FROM checkpoint") != act.number)
        sim_fail(sim, "the last head does not cover the log");
}

void sim_check_end(struct simulation *sim)
{
    for (int i = 0; i < sim->claim_count; i++)
        claim_check(sim, &sim->claims[i]);
    orders_check(sim);
    sim_check_invariants(sim);
    log_check(sim);
    if (sim_number(sim, "SELECT COUNT(*) FROM claim") != sim->claim_count)
        sim_fail(sim, "there are claims that nobody was told of");
    if (sim_number(sim, "SELECT COUNT(*) FROM orders") != sim->order_count)
        sim_fail(sim, "there are orders that nobody was told of");
    if (sim_number(sim, "SELECT COUNT(*) FROM job WHERE state = 'failed'"))
        sim_fail(sim, "a job was given up: %s",
                 sim_cell(sim, "SELECT reference || ' ' || last_error FROM job WHERE state = 'failed' LIMIT 1"));
}

/* ---- bundles ---- */

static int read_at(void *context, uint64_t offset, void *out, size_t length, struct error *error)
{
    const int *fd = context;
    ssize_t got = pread(*fd, out, length, (off_t)offset);
    return got == (ssize_t)length ? 0 : error_set(error, ERROR_IO, "the bundle became shorter");
}

static void report_failures(struct simulation *sim, const char *claim_id, const struct evidence_report *report)
{
    for (size_t i = 0; i < report->count; i++)
        if (report->findings[i].state == EVIDENCE_STATE_FAILED)
            sim_fail(sim, "the bundle of %s: %s %s: %s", claim_id, evidence_check_wire(report->findings[i].check),
                     report->findings[i].place, report->findings[i].words_en);
}

static void bundle_verify(struct simulation *sim, const char *claim_id, const char *path)
{
    struct evidence_verify_options options = {
        .trusted_vkey = service_log_vkey(sim->service), .replay = evidence_replay, .clarify = policy_clarify_text};
    struct evidence_report report;
    struct evidence_reader *reader = NULL;
    struct stat status;
    struct error error;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) < 0) {
        sim_fail(sim, "%s: %s", path, strerror(errno));
        return;
    }
    struct evidence_source source = {.read_at = read_at, .context = &fd, .size = (uint64_t)status.st_size};
    if (evidence_reader_open(&source, &reader, &error) < 0) {
        sim_fail(sim, "the bundle of %s: %s", claim_id, error.message);
    } else {
        evidence_report_init(&report);
        if (evidence_verify_bundle(reader, &options, &report) != 0)
            report_failures(sim, claim_id, &report);
        evidence_report_done(&report);
    }
    evidence_reader_close(reader);
    close(fd);
}

void sim_check_bundles(struct simulation *sim, int count)
{
    for (int i = 0; i < count && sim->claim_count > 0 && !sim->failures; i++) {
        const struct sim_claim *claim = &sim->claims[sim_below(sim, (uint64_t)sim->claim_count)];
        struct service_bundle_file file;
        struct error error;
        if (service_bundle_export(sim->service, &sim->orders[claim->order].buyer, text_of(claim->id),
                                  sim_chance(sim, 500) ? EVIDENCE_CONTAINER_TAR : EVIDENCE_CONTAINER_ZIP, &file,
                                  &error) < 0)
            sim_fail(sim, "exporting %s: %s (%s)", claim->id, error.message, error_wire(error.code));
        else
            bundle_verify(sim, claim->id, file.path);
    }
}
