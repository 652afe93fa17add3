/* SPDX-License-Identifier: Apache-2.0 */
/* What the people of the demonstration do, each through the same service function that the HTTP API calls. */
#include "cli/demo.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "pay/webhook.h"
#include "service/claims/bundle.h"
#include "service/policies/policies.h"
#include "service/shop/catalogue.h"
#include "service/claims/claims.h"
#include "service/shop/incident.h"
#include "service/shop/merchant.h"
#include "service/shop/order.h"
#include "service/shop/payment.h"
#include "service/shop/redemption.h"
#include "service/shop/reveal.h"
#include "service/worker.h"
#include "store/query.h"
#include "store/store.h"

#define ANSWER_BYTES_MAX LIMIT_RESPONSE_BYTES

/* ---- telling and checking ---- */

void demo_say(struct demo *demo, const char *en, const char *zh, ...)
{
    if (demo->quiet)
        return;
    va_list arguments;
    va_start(arguments, zh);
    fputs("  ", demo->out);
    vfprintf(demo->out, demo->chinese ? zh : en, arguments);
    fputc('\n', demo->out);
    va_end(arguments);
}

void demo_title(struct demo *demo, const char *en, const char *zh)
{
    if (!demo->quiet)
        fprintf(demo->out, "\n%s\n", demo->chinese ? zh : en);
}

bool demo_check(struct demo *demo, bool holds, const char *what)
{
    demo->checks++;
    if (!holds) {
        demo->failures++;
        fprintf(demo->out, "  ✗ %s\n", what);
    }
    return holds;
}

int demo_failed(struct demo *demo, const char *what, const struct error *error)
{
    demo->failures++;
    fprintf(demo->out, "  ✗ %s: %s (%s) %s\n", what, error->message, error_wire(error->code), error->hint);
    return -1;
}

void demo_work(struct demo *demo)
{
    struct error error;
    if (service_work_all(demo->service, 200, NULL, &error) < 0)
        demo_failed(demo, "due work", &error);
}

void demo_advance(struct demo *demo, int64_t seconds)
{
    clock_virtual_advance(&demo->clock, seconds);
    demo_work(demo);
}

/* ---- one use case each ---- */

struct act {
    struct demo *demo;
    struct text a, b, c, d;
    int64_t number, number2;
    const void *in;
    void *out;
    struct json_writer *json;
};

/* Runs one use case that answers in JSON, and hands the parsed answer to `read`. */
static int act_json(struct demo *demo, const struct service_actor *actor, service_run_fn run, struct act *act,
                    const char *what, bool write, struct json **ret)
{
    struct buffer out;
    struct json_writer writer;
    struct error error;
    buffer_init(&out, ANSWER_BYTES_MAX);
    json_writer_init(&writer, &out);
    act->json = &writer;
    int result = write ? service_write(demo->service, actor, run, act, &error)
                       : service_read(demo->service, actor, run, act, &error);
    if (result == 0) {
        json_writer_done(&writer);
        result = json_parse(buffer_text(&out), ANSWER_BYTES_MAX, ret, &error);
    }
    buffer_done(&out);
    return result < 0 ? demo_failed(demo, what, &error) : 0;
}

static int act_run(struct demo *demo, const struct service_actor *actor, service_run_fn run, struct act *act,
                   const char *what)
{
    struct error error;
    return service_write(demo->service, actor, run, act, &error) < 0 ? demo_failed(demo, what, &error) : 0;
}

static int run_party(struct service_call *call, void *argument, struct error *error)
{
    struct act *act = argument;
    struct service_party_new in = {.role = (enum service_role)act->number, .name = act->a};
    return service_party_create(call, &in, act->out, error);
}

int demo_party(struct demo *demo, enum service_role role, const char *name, struct service_actor *ret,
               char token[static ID_BYTES])
{
    struct service_party_created created;
    struct act act = {.a = text_of(name), .number = role, .out = &created};
    if (act_run(demo, NULL, run_party, &act, "a new party") < 0)
        return -1;
    *ret = (struct service_actor){.role = role};
    memcpy(ret->party_id, created.party_id, ID_BYTES);
    memcpy(token, created.token, ID_BYTES);
    return 0;
}

static int run_policy(struct service_call *call, void *argument, struct error *error)
{
    struct act *act = argument;
    return service_policy_publish_text(call, act->a, act->out, error);
}

int demo_policy_publish(struct demo *demo, const struct service_actor *actor, struct text source,
                        char ret[static ID_BYTES])
{
    struct act act = {.a = source, .out = ret};
    return act_run(demo, actor, run_policy, &act, "publishing a policy");
}

static int run_bond(struct service_call *call, void *argument, struct error *error)
{
    struct act *act = argument;
    struct service_bond bond = {
        .merchant_id = act->a, .amount = act->number, .currency = TEXT_LITERAL("CNY"), .reference = act->b};
    int64_t balance;
    return service_bond_move(call, &bond, &balance, error);
}

int demo_bond(struct demo *demo, enum demo_merchant_key merchant, int64_t amount)
{
    char reference[40];
    snprintf(reference, sizeof reference, "bank-%d-%lld", (int)merchant,
             (long long)demo->clock.clock.now_us(&demo->clock.clock));
    struct act act = {
        .a = text_of(demo->merchants[merchant].actor.party_id), .b = text_of(reference), .number = amount};
    return act_run(demo, &demo->operator, run_bond, &act, "a bond");
}

static int run_payout(struct service_call *call, void *argument, struct error *error)
{
    struct act *act = argument;
    int64_t left;
    struct service_payout payout = {
        .merchant_id = act->a, .amount = act->number, .currency = TEXT_LITERAL("CNY"), .reference = act->b};
    return service_payout_make(call, &payout, &left, error);
}

int demo_payout(struct demo *demo, enum demo_merchant_key merchant, int64_t amount)
{
    char reference[40];
    snprintf(reference, sizeof reference, "payout-%lld", (long long)++demo->card_serial);
    struct act act = {
        .a = text_of(demo->merchants[merchant].actor.party_id), .b = text_of(reference), .number = amount};
    return act_run(demo, &demo->operator, run_payout, &act, "a payout");
}

static int run_incident(struct service_call *call, void *argument, struct error *error)
{
    struct act *act = argument;
    char id[ID_BYTES];
    struct service_incident incident = {.cause = act->a,
                                        .note = act->b,
                                        .starts_at = call->now_us - act->number * TIME_HOUR_S * TIME_SECOND_US,
                                        .ends_at = call->now_us};
    return service_incident_record(call, &incident, id, error);
}

int demo_incident(struct demo *demo, const char *cause, int64_t hours, const char *note)
{
    struct act act = {.a = text_of(cause), .b = text_of(note), .number = hours};
    return act_run(demo, &demo->operator, run_incident, &act, "an incident");
}

/* ---- buying ---- */

static int run_order(struct service_call *call, void *argument, struct error *error)
{
    struct act *act = argument;
    struct service_order_new in = {.product_id = act->a,
                                   .quantity = act->number,
                                   .has_consent = true,
                                   .consent_accepted = true,
                                   .consent_language = TEXT_LITERAL("zh"),
                                   .agreement = act->b};
    return service_order_create(call, &in, act->out, error);
}

int demo_buy(struct demo *demo, enum demo_product_key product, int64_t quantity, struct demo_order *ret)
{
    static const struct service_actor guest = {.role = ROLE_ANONYMOUS};
    struct service_order_created created;
    struct error error;
    char number[PAY_NUMBER_BYTES];
    struct act act = {.a = text_of(demo->products[product]), .number = quantity, .out = &created};
    if (act_run(demo, &guest, run_order, &act, "an order") < 0)
        return -1;
    *ret = (struct demo_order){.amount = created.amount, .product = product, .buyer = {.role = ROLE_BUYER}};
    memcpy(ret->id, created.order_id, ID_BYTES);
    memcpy(ret->secret, created.secret, ID_BYTES);
    memcpy(ret->reference, created.pay_reference, ID_BYTES);
    memcpy(ret->buyer.order_id, created.order_id, ID_BYTES);
    demo_work(demo); /* the payment is made at the provider before the buyer can pay */
    if (service_sandbox_pay(demo->service, text_of(ret->reference), 0, number, &error) < 0)
        return demo_failed(demo, "paying", &error);
    demo_work(demo);
    return 0;
}

struct reveal_out {
    char *card;
    size_t bytes;
};

static int run_reveal(struct service_call *call, void *argument, struct error *error)
{
    struct act *act = argument;
    struct reveal_out *out = act->out;
    struct service_notice notice;
    struct service_revealed revealed;
    if (service_reveal_notice(call, act->a, &notice, error) < 0 ||
        service_reveal(call, act->a, text_of(notice.token), (struct text){NULL, 0}, &revealed, error) < 0)
        return -1;
    assert(revealed.count > 0 && revealed.cards[0].secret.length < out->bytes);
    memcpy(out->card, revealed.cards[0].secret.data, revealed.cards[0].secret.length);
    out->card[revealed.cards[0].secret.length] = 0;
    return 0;
}

int demo_reveal(struct demo *demo, const struct demo_order *order, char *ret_card, size_t ret_bytes)
{
    struct reveal_out out = {ret_card, ret_bytes};
    struct act act = {.a = text_of(order->id), .out = &out};
    return act_run(demo, &order->buyer, run_reveal, &act, "revealing");
}

static int run_redeem(struct service_call *call, void *argument, struct error *error)
{
    struct act *act = argument;
    struct service_redemption result;
    return service_redemption_report(call, act->in, &result, error);
}

int demo_redeemed(struct demo *demo, const struct demo_order *order, const char *card)
{
    const struct demo_merchant *merchant = &demo->merchants[demo_product_merchant(order->product)];
    char id[40], timestamp[24], signature[PAY_WEBHOOK_SIGNATURE_BYTES];
    struct buffer body;
    struct json_writer writer;
    int64_t now_s = demo->clock.clock.now_us(&demo->clock.clock) / TIME_SECOND_US;
    snprintf(id, sizeof id, "report-%lld", (long long)++demo->card_serial);
    snprintf(timestamp, sizeof timestamp, "%lld", (long long)now_s);
    buffer_init(&body, 1024);
    json_writer_init(&writer, &body);
    json_object_begin(&writer);
    json_member_string(&writer, "party_id", merchant->actor.party_id);
    json_member_string(&writer, "secret", card);
    json_member_string(&writer, "status", "redeemed");
    json_object_end(&writer);
    json_writer_done(&writer);
    pay_webhook_sign(text_of(merchant->webhook_secret), id, now_s, buffer_text(&body), signature);
    struct pay_header headers[] = {{TEXT_LITERAL("webhook-id"), text_of(id)},
                                   {TEXT_LITERAL("webhook-timestamp"), text_of(timestamp)},
                                   {TEXT_LITERAL("webhook-signature"), text_of(signature)}};
    struct pay_callback callback = {.headers = headers, .header_count = 3, .body = buffer_text(&body)};
    struct act act = {.in = &callback};
    int result = act_run(demo, NULL, run_redeem, &act, "a redemption report");
    buffer_done(&body);
    return result;
}

static int run_webhook(struct service_call *call, void *argument, struct error *error)
{
    struct act *act = argument;
    return service_webhook_secret_create(call, act->a, act->out, error);
}

int demo_webhook(struct demo *demo, struct demo_merchant *merchant)
{
    struct act act = {.a = text_of(merchant->actor.party_id), .out = merchant->webhook_secret};
    return act_run(demo, &demo->operator, run_webhook, &act, "a webhook secret");
}

static int run_service(struct service_call *call, void *argument, struct error *error)
{
    struct act *act = argument;
    struct service_event_new event = {
        .kind = act->b, .has_progress = act->number >= 0, .progress = act->number, .note = act->c};
    int64_t sequence;
    return service_event_add(call, act->a, &event, &sequence, error);
}

int demo_service(struct demo *demo, const struct demo_order *order, const char *kind, int64_t progress,
                 const char *note)
{
    struct act act = {.a = text_of(order->id), .b = text_of(kind), .c = text_of(note), .number = progress};
    return act_run(demo, &demo->merchants[demo_product_merchant(order->product)].actor, run_service, &act, kind);
}

/* ---- claims ---- */

static void word_copy(char *out, size_t bytes, const struct json *object, const char *key)
{
    const struct json *value = object ? json_find(object, key) : NULL;
    out[0] = 0;
    if (value && json_kind(value) == JSON_STRING)
        snprintf(out, bytes, "%.*s", TEXT_ARG(json_string(value)));
}

static int64_t amount_of(const struct json *object, const char *key)
{
    const struct json *money = object ? json_find(object, key) : NULL;
    const struct json *amount = money && json_kind(money) == JSON_OBJECT ? json_find(money, "amount") : NULL;
    return amount ? json_integer(amount) : 0;
}

static void claim_read(const struct json *answer, struct demo_claim *claim)
{
    const struct json *ruling = json_find(answer, "ruling");
    if (ruling && json_kind(ruling) != JSON_OBJECT)
        ruling = NULL;
    word_copy(claim->id, sizeof claim->id, answer, "claim");
    word_copy(claim->stage, sizeof claim->stage, answer, "stage");
    word_copy(claim->waiting_for, sizeof claim->waiting_for, answer, "waiting_for");
    word_copy(claim->outcome, sizeof claim->outcome, answer, "outcome");
    word_copy(claim->clause, sizeof claim->clause, answer, "clause");
    if (ruling)
        word_copy(claim->disposition, sizeof claim->disposition, ruling, "disposition");
    claim->amount = amount_of(answer, "outcome_amount");
    if (!claim->amount && ruling)
        claim->amount = amount_of(ruling, "amount");
}

static int run_preview(struct service_call *call, void *argument, struct error *error)
{
    struct act *act = argument;
    struct service_claim_new in = {.reason = act->b, .statement = act->c};
    return service_claim_preview(call, act->a, &in, act->json, error);
}

static int run_file(struct service_call *call, void *argument, struct error *error)
{
    struct act *act = argument;
    char id[ID_BYTES];
    struct service_claim_new in = {.reason = act->b, .statement = act->c};
    return service_claim_file(call, act->a, &in, id, act->json, error);
}

static int claim_answer(struct demo *demo, const struct service_actor *actor, service_run_fn run, struct act *act,
                        const char *what, bool write, struct demo_claim *claim)
{
    struct json *answer = NULL;
    if (act_json(demo, actor, run, act, what, write, &answer) < 0)
        return -1;
    claim_read(answer, claim);
    json_free(answer);
    return 0;
}

int demo_preview(struct demo *demo, const struct demo_order *order, const char *reason, struct demo_claim *ret)
{
    struct act act = {.a = text_of(order->id), .b = text_of(reason)};
    *ret = (struct demo_claim){.amount = 0};
    return claim_answer(demo, &order->buyer, run_preview, &act, "a preview", false, ret);
}

int demo_file(struct demo *demo, const struct demo_order *order, const char *reason, const char *statement,
              struct demo_claim *ret)
{
    struct demo_claim preview;
    struct act act = {.a = text_of(order->id), .b = text_of(reason), .c = text_of(statement)};
    *ret = (struct demo_claim){.amount = 0};
    if (demo_preview(demo, order, reason, &preview) < 0 ||
        claim_answer(demo, &order->buyer, run_file, &act, "filing", true, ret) < 0)
        return -1;
    demo_check(demo,
               strcmp(preview.disposition, ret->disposition) == 0 && preview.amount == ret->amount &&
                   strcmp(preview.clause, ret->clause) == 0,
               "the preview says what filing does");
    demo_work(demo);
    return 0;
}

static int run_act(struct service_call *call, void *argument, struct error *error)
{
    struct act *act = argument;
    const struct demo_action *in = act->in;
    struct service_claim_action action = {.action = text_of(in->action),
                                          .reason = text_of(in->reason),
                                          .ground = text_of(in->ground),
                                          .offer_kind = text_of(in->offer),
                                          .outcome = text_of(in->outcome),
                                          .bearer = text_of(in->bearer),
                                          .clause = text_of(in->clause),
                                          .amount = in->amount};
    return service_claim_act(call, act->a, &action, act->json, error);
}

int demo_act(struct demo *demo, const struct service_actor *actor, struct demo_claim *claim,
             const struct demo_action *action)
{
    struct act act = {.a = text_of(claim->id), .in = action};
    char id[ID_BYTES];
    memcpy(id, claim->id, sizeof id);
    act.a = text_of(id);
    if (claim_answer(demo, actor, run_act, &act, action->action, true, claim) < 0)
        return -1;
    demo_work(demo);
    return 0;
}

/* A small but real PNG file is what the buyer shows. */
static int picture_write(const char *path, struct demo *demo, struct error *error)
{
    static const unsigned char head[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R'};
    struct buffer picture;
    buffer_init(&picture, 1024);
    buffer_add(&picture, head, sizeof head);
    buffer_addf(&picture, "capture %lld", (long long)++demo->card_serial);
    int result = file_write_durable(path, buffer_text(&picture), 0600, error);
    buffer_done(&picture);
    return result;
}

static int run_evidence(struct service_call *call, void *argument, struct error *error)
{
    struct act *act = argument;
    struct buffer bytes;
    uint8_t sha256[HASH_BYTES];
    const char *path = act->in;
    buffer_init(&bytes, LIMIT_EVIDENCE_BYTES);
    if (file_read_all(path, LIMIT_EVIDENCE_BYTES, &bytes, error) < 0) {
        buffer_done(&bytes);
        return -1;
    }
    hash_sha256(bytes.data, bytes.length, sha256);
    struct service_evidence_new in = {.kind = act->b,
                                      .file_name = TEXT_LITERAL("capture.png"),
                                      .path = path,
                                      .size_bytes = (int64_t)bytes.length,
                                      .sha256 = sha256,
                                      .head = (const uint8_t *)bytes.data,
                                      .head_length = bytes.length < 64 ? bytes.length : 64};
    int result = service_evidence_add(call, act->a, &in, act->json, error);
    buffer_done(&bytes);
    return result;
}

int demo_evidence(struct demo *demo, const struct demo_order *order, struct demo_claim *claim, const char *kind)
{
    char path[600];
    struct json *answer = NULL;
    struct error error;
    snprintf(path, sizeof path, "%s/capture.tmp", service_state_path(demo->service));
    if (picture_write(path, demo, &error) < 0)
        return demo_failed(demo, "a capture", &error);
    struct act act = {.a = text_of(claim->id), .b = text_of(kind), .in = path};
    if (act_json(demo, &order->buyer, run_evidence, &act, "evidence", true, &answer) < 0)
        return -1;
    struct demo_claim after = *claim;
    claim_read(json_find(answer, "claim"), &after);
    json_free(answer);
    *claim = after;
    demo_work(demo);
    return 0;
}

static int run_message(struct service_call *call, void *argument, struct error *error)
{
    struct act *act = argument;
    return service_message_add(call, act->a, act->b, act->json, error);
}

int demo_message(struct demo *demo, const struct service_actor *actor, const struct demo_claim *claim, const char *body,
                 bool *ret_flagged)
{
    struct json *answer = NULL;
    struct act act = {.a = text_of(claim->id), .b = text_of(body)};
    if (act_json(demo, actor, run_message, &act, "a message", true, &answer) < 0)
        return -1;
    *ret_flagged = json_boolean(json_find(answer, "contact_flag"));
    json_free(answer);
    return 0;
}

static int run_look(struct service_call *call, void *argument, struct error *error)
{
    struct act *act = argument;
    return service_claim_write(call, act->a, act->json, NULL, error);
}

int demo_look(struct demo *demo, struct demo_claim *claim)
{
    char id[ID_BYTES];
    memcpy(id, claim->id, sizeof id);
    struct act act = {.a = text_of(id)};
    return claim_answer(demo, &demo->operator, run_look, &act, "reading the claim", false, claim);
}

/* ---- money ---- */

static int run_balance(struct service_call *call, void *argument, struct error *error)
{
    struct act *act = argument;
    struct query *query = store_query(call->tx, (enum query_id)act->number2);
    query_bind_text(query, 1, act->a);
    query_bind_text(query, 2, act->b);
    int step = query_step(query, error);
    act->number = step == 1 ? query_int(query, 0) : 0;
    query_end(query);
    return step < 0 ? -1 : 0;
}

static int64_t sum_of(struct demo *demo, enum query_id query, const char *a, const char *b)
{
    struct error error;
    struct act act = {.a = text_of(a), .b = text_of(b), .number2 = query};
    if (service_read(demo->service, NULL, run_balance, &act, &error) < 0)
        demo_failed(demo, "a balance", &error);
    return act.number;
}

int64_t demo_balance(struct demo *demo, const char *kind, const char *owner)
{
    return sum_of(demo, QUERY_DEMO_BALANCE, kind, owner);
}

int64_t demo_paid_from(struct demo *demo, const struct demo_claim *claim, const char *source)
{
    return sum_of(demo, QUERY_DEMO_PAID_FROM, claim->id, source);
}

/* ---- proof ---- */

/* Runs one command of this very program and throws its words away. */
static enum cli_exit command_run(char *const *argv)
{
    int argc = 0;
    char *words = NULL;
    size_t length = 0;
    while (argv[argc])
        argc++;
    FILE *sink = open_memstream(&words, &length);
    assert(sink);
    enum cli_exit status = cli_main(argc, argv, sink, sink);
    fclose(sink);
    free(words);
    return status;
}

static int byte_change(const char *from, const char *to, struct error *error)
{
    struct buffer bytes;
    buffer_init(&bytes, (size_t)64 * 1024 * 1024);
    int result = file_read_all(from, (size_t)64 * 1024 * 1024, &bytes, error);
    if (result == 0) {
        bytes.data[bytes.length / 3] = (char)(bytes.data[bytes.length / 3] ^ 1);
        result = file_write_durable(to, buffer_text(&bytes), 0600, error);
    }
    buffer_done(&bytes);
    return result;
}

int demo_prove(struct demo *demo, const struct demo_order *order, const struct demo_claim *claim)
{
    struct service_bundle_file file;
    struct error error;
    char changed[SERVICE_PATH_BYTES + 16], key[300];
    if (service_bundle_export(demo->service, &order->buyer, text_of(claim->id), EVIDENCE_CONTAINER_TAR, &file, &error) <
        0)
        return demo_failed(demo, "the evidence bundle", &error);
    snprintf(changed, sizeof changed, "%s.changed", file.path);
    snprintf(key, sizeof key, "%s", service_log_vkey(demo->service));
    if (byte_change(file.path, changed, &error) < 0)
        return demo_failed(demo, "a changed bundle", &error);
    char *good[] = {(char *)"shuntui", (char *)"verify", (char *)"--log-key", key, file.path, NULL};
    char *bad[] = {(char *)"shuntui", (char *)"verify", (char *)"--log-key", key, changed, NULL};
    bool proved = demo_check(demo, command_run(good) == CLI_EXIT_OK, "shuntui verify accepts the bundle");
    proved &= demo_check(demo, command_run(bad) == CLI_EXIT_NEGATIVE,
                         "shuntui verify refuses the bundle with one byte changed");
    unlink(changed);
    if (proved)
        demo_say(demo, "Proof: %s verified offline; with one byte changed it is refused.",
                 "证明:%s 离线核验通过;改动一个字节即被拒绝。", file.name);
    return 0;
}
