/* SPDX-License-Identifier: Apache-2.0 */
/* shuntui ledger check: the invariants of ledger/invariants.def on any database file, also that of a running server. */
#include <stdlib.h>
#include <string.h>

#include "cli/check.h"
#include "ledger/ledger.h"
#include "store/store.h"

#define ROWS_MAX 10 /* of one violated invariant; more would hide the others */

struct check {
    struct buffer *out;
    struct json_writer *writer; /* NULL: words */
    bool chinese;
    const char *last; /* id of the invariant that the rows belong to */
};

static const struct ledger_invariant *invariant_of(const char *name)
{
    for (int i = 0; i < ledger_invariant_count(); i++) {
        if (strcmp(ledger_invariant(i)->id, name) == 0)
            return ledger_invariant(i);
    }
    return NULL;
}

static void report_row(void *context, const struct store_invariant *invariant, struct text row)
{
    struct check *check = context;
    const struct ledger_invariant *known = invariant_of(invariant->name);
    if (check->writer) {
        json_object_begin(check->writer);
        json_member_string(check->writer, "invariant", invariant->name);
        json_member_string(check->writer, "name", known->name);
        json_member_string(check->writer, "meaning_en", known->meaning_en);
        json_member_string(check->writer, "meaning_zh", known->meaning_zh);
        json_member_text(check->writer, "row", row);
        json_object_end(check->writer);
        return;
    }
    if (!check->last || strcmp(check->last, invariant->name) != 0)
        buffer_addf(check->out, "%s  %s  %s\n", invariant->name, known->name,
                    check->chinese ? known->meaning_zh : known->meaning_en);
    check->last = invariant->name;
    buffer_addf(check->out, "     %.*s\n", TEXT_ARG(row));
}

static int run_all(struct store *store, struct check *check, struct error *error)
{
    size_t count = (size_t)ledger_invariant_count();
    struct store_invariant *invariants = calloc(count, sizeof *invariants);
    if (!invariants)
        abort();
    for (size_t i = 0; i < count; i++) {
        invariants[i].name = ledger_invariant((int)i)->id;
        invariants[i].sql = ledger_invariant((int)i)->sql;
    }
    int violated = store_invariants_run(store, invariants, count, ROWS_MAX, report_row, check, error);
    free(invariants);
    return violated;
}

int cli_check_database(const char *path, int *ret_violated, struct error *error)
{
    struct store *store = NULL;
    struct buffer out;
    struct check check = {.out = &out};
    buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
    int result = store_open_file_readonly(path, &store, error);
    if (result == 0)
        result = store_check_integrity(store, error);
    int violated = result == 0 ? run_all(store, &check, error) : -1;
    store_close(store);
    buffer_done(&out);
    if (violated < 0)
        return -1;
    *ret_violated = violated;
    return 0;
}

static enum cli_exit answer_words(struct cli_call *call, struct check *check, const char *path, int violated)
{
    if (violated)
        buffer_addf(check->out, call->chinese ? "%s: %d 项不变量被破坏\n" : "%s: %d invariants violated\n", path,
                    violated);
    else
        buffer_addf(check->out,
                    call->chinese ? "%s: 账目正确,%d 项不变量全部成立\n" : "%s: clean, all %d invariants hold\n", path,
                    ledger_invariant_count());
    return cli_print(call, check->out, violated ? CLI_EXIT_NEGATIVE : CLI_EXIT_OK);
}

static enum cli_exit check_store(struct cli_call *call, struct store *store, const char *path)
{
    struct buffer out;
    struct json_writer writer;
    struct error error = {0};
    struct check check = {.out = &out, .chinese = call->chinese};
    if (call->json) {
        cli_json_begin(&writer, &out);
        check.writer = &writer;
        json_key(&writer, "violations");
        json_array_begin(&writer);
    } else {
        buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
    }
    int violated = run_all(store, &check, &error);
    if (call->json) {
        json_array_end(&writer);
        json_member_string(&writer, "database", path);
        json_member_integer(&writer, "invariants", ledger_invariant_count());
        json_member_integer(&writer, "violated", violated);
        json_member_boolean(&writer, "ok", violated == 0);
        if (violated >= 0)
            return cli_json_end(call, &writer, violated ? CLI_EXIT_NEGATIVE : CLI_EXIT_OK);
        json_object_end(&writer);
        json_writer_done(&writer);
    } else if (violated >= 0) {
        return answer_words(call, &check, path, violated);
    }
    buffer_done(&out);
    return cli_fail(call, CLI_EXIT_STATE, &error);
}

enum cli_exit cli_ledger_check(struct cli_call *call)
{
    const char *file = call->args->operand_count ? call->args->operands[0] : NULL;
    const char *state = call->args->values[CLI_OPTION_LEDGER_CHECK_STATE];
    struct error error = {0};
    struct store *store = NULL;
    char path[512];
    if (!file == !state) {
        error_set(&error, ERROR_CLI_USAGE, "name either a database file or a state directory");
        error_hint(&error, "shuntui ledger check FILE, or shuntui ledger check --state DIR");
        return cli_fail(call, CLI_EXIT_USAGE, &error);
    }
    if (file)
        snprintf(path, sizeof path, "%s", file);
    else
        snprintf(path, sizeof path, "%s/%s", state, STORE_DATABASE_NAME);
    if (store_open_file_readonly(path, &store, &error) < 0)
        return cli_fail(call, file ? CLI_EXIT_INPUT : CLI_EXIT_STATE, &error);
    enum cli_exit status;
    if (store_check_integrity(store, &error) < 0)
        status = cli_fail(call, CLI_EXIT_NEGATIVE, &error);
    else
        status = check_store(call, store, path);
    store_close(store);
    return status;
}
