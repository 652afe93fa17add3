/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sandbox's records: one file of JSON lines that only grows, and the places of the latest lines in memory. A line is
 * never changed; a line that was not written whole is cut off when the file is opened again.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/json.h"
#include "pay/sandbox_state.h"

/* ---- lines as text ---- */

struct line_fields {
    struct text record, number, reference, currency, refund_id, state, event;
    int64_t amount, paid, refunded, expires_at, due_at, attempts;
    bool repeat;
    const struct json *body;
};

#define TEXT_FIELD(name, required) JSON_FIELD_STRING(struct line_fields, name, required, 0, PAY_NUMBER_BYTES - 1)
#define NUMBER_FIELD(name, required) JSON_FIELD_INTEGER(struct line_fields, name, required, 0, INT64_MAX)

static const struct json_field trade_table[] = {
    TEXT_FIELD(record, true),   TEXT_FIELD(number, true), TEXT_FIELD(reference, true),  TEXT_FIELD(currency, true),
    NUMBER_FIELD(amount, true), NUMBER_FIELD(paid, true), NUMBER_FIELD(refunded, true), NUMBER_FIELD(expires_at, true),
};
static const struct json_field refund_table[] = {
    TEXT_FIELD(record, true),   TEXT_FIELD(number, true),   TEXT_FIELD(reference, true), TEXT_FIELD(refund_id, true),
    TEXT_FIELD(currency, true), NUMBER_FIELD(amount, true), TEXT_FIELD(state, true),     NUMBER_FIELD(due_at, true),
};
static const struct json_field event_table[] = {
    TEXT_FIELD(record, true),
    TEXT_FIELD(event, true),
    NUMBER_FIELD(due_at, true),
    NUMBER_FIELD(attempts, true),
    JSON_FIELD_BOOLEAN(struct line_fields, repeat, true),
    JSON_FIELD_OBJECT(struct line_fields, body, false),
};
static const struct json_field short_table[] = {TEXT_FIELD(record, true), TEXT_FIELD(refund_id, true)};

static const struct {
    const char *name;
    const struct json_field *fields;
    size_t count;
} line_kinds[] = {
    [SANDBOX_LINE_TRADE] = {"trade", trade_table, sizeof trade_table / sizeof trade_table[0]},
    [SANDBOX_LINE_REFUND] = {"refund", refund_table, sizeof refund_table / sizeof refund_table[0]},
    [SANDBOX_LINE_EVENT] = {"event", event_table, sizeof event_table / sizeof event_table[0]},
    [SANDBOX_LINE_SHORT] = {"short", short_table, sizeof short_table / sizeof short_table[0]},
};

static bool copy(char *out, size_t room, struct text text)
{
    if (text.length >= room)
        return false;
    memcpy(out, text.data, text.length);
    out[text.length] = '\0';
    return true;
}

static bool refund_state_find(struct text name, enum pay_refund_state *ret)
{
    for (int i = PAY_REFUND_PROCESSING; i <= PAY_REFUND_DECLINED; i++) {
        if (text_is(name, pay_refund_state_name((enum pay_refund_state)i))) {
            *ret = (enum pay_refund_state)i;
            return true;
        }
    }
    return false;
}

/* What a line is about, for the indices. */
struct line_key {
    enum sandbox_line kind;
    char key[PAY_NUMBER_BYTES];
    int64_t due_at_us;
};

/* Reads one line of any kind. *ret_document keeps the views in *fields alive. */
static int line_read(struct text line, struct line_fields *fields, struct line_key *ret, struct json **ret_document,
                     struct error *error)
{
    struct json *document;
    if (json_parse(line, SANDBOX_LINE_BYTES_MAX, &document, error) < 0)
        return -1;
    const struct json *record = json_kind(document) == JSON_OBJECT ? json_find(document, "record") : NULL;
    *fields = (struct line_fields){0};
    for (size_t i = 0; record && json_kind(record) == JSON_STRING && i < sizeof line_kinds / sizeof line_kinds[0];
         i++) {
        if (!text_is(json_string(record), line_kinds[i].name))
            continue;
        if (json_read(document, line_kinds[i].fields, line_kinds[i].count, "", fields, error) < 0)
            break;
        const struct text key = i == SANDBOX_LINE_TRADE   ? fields->number
                                : i == SANDBOX_LINE_EVENT ? fields->event
                                                          : fields->refund_id;
        *ret = (struct line_key){.kind = (enum sandbox_line)i, .due_at_us = fields->due_at};
        if (!copy(ret->key, sizeof ret->key, key))
            break;
        *ret_document = document;
        return 0;
    }
    json_free(document);
    return error_set(error, ERROR_PAY_RECORDS, "this is not a record of the sandbox");
}

/* ---- reading back ---- */

/* Appends the line at offset, without its newline. */
static bool line_fetch(const struct pay_sandbox *sandbox, uint64_t offset, struct buffer *out)
{
    char text[SANDBOX_LINE_BYTES_MAX + 1];
    ssize_t got = pread(sandbox->fd, text, sizeof text, (off_t)offset);
    const char *newline = got > 0 ? memchr(text, '\n', (size_t)got) : NULL;
    if (newline)
        buffer_add(out, text, (size_t)(newline - text));
    return newline != NULL;
}

static bool fetch_fields(const struct pay_sandbox *sandbox, uint64_t offset, struct buffer *line,
                         struct line_fields *fields, struct line_key *key, struct json **ret_document)
{
    return line_fetch(sandbox, offset, line) && line_read(buffer_text(line), fields, key, ret_document, NULL) == 0;
}

/* Looks for the key where canonical JSON puts it, which spares a parse for each look into an index. What follows the key
 * tells a line about it from one that mentions it, such as an event whose body names a refund. */
static bool line_matches(void *context, uint64_t offset, const char *key)
{
    static const char *const places[] = {"\"number\":\"%s\",\"paid\":", "\"refund_id\":\"%s\",\"state\":",
                                         "\"event\":\"%s\",\"record\":\"event\"", "\"refund_id\":\"%s\"}"};
    const struct pay_sandbox *sandbox = context;
    char line[SANDBOX_LINE_BYTES_MAX + 1], wanted[PAY_NUMBER_BYTES + 64];
    ssize_t got = pread(sandbox->fd, line, sizeof line, (off_t)offset);
    const char *newline = got > 0 ? memchr(line, '\n', (size_t)got) : NULL;
    for (size_t i = 0; newline && i < sizeof places / sizeof places[0]; i++) {
        int length = snprintf(wanted, sizeof wanted, places[i], key);
        if (memmem(line, (size_t)(newline - line), wanted, (size_t)length))
            return true;
    }
    return false;
}

static bool read_trade(const struct line_fields *f, struct sandbox_trade *ret)
{
    *ret = (struct sandbox_trade){
        .amount = {.minor = f->amount}, .paid = f->paid, .refunded = f->refunded, .expires_at_us = f->expires_at};
    return copy(ret->number, sizeof ret->number, f->number) &&
           copy(ret->reference, sizeof ret->reference, f->reference) &&
           copy(ret->amount.currency, sizeof ret->amount.currency, f->currency);
}

static bool read_refund(const struct line_fields *f, struct sandbox_refund *ret)
{
    *ret = (struct sandbox_refund){.refund = {.amount = {.minor = f->amount}}, .due_at_us = f->due_at};
    return copy(ret->refund.refund_id, sizeof ret->refund.refund_id, f->refund_id) &&
           copy(ret->refund.number, sizeof ret->refund.number, f->number) &&
           copy(ret->refund.trade, sizeof ret->refund.trade, f->reference) &&
           copy(ret->refund.amount.currency, sizeof ret->refund.amount.currency, f->currency) &&
           refund_state_find(f->state, &ret->refund.state);
}

bool sandbox_find_trade(struct pay_sandbox *sandbox, const char *number, struct sandbox_trade *ret)
{
    uint64_t offset;
    if (!pay_index_find(&sandbox->trades, number, &offset))
        return false;
    struct buffer line;
    struct line_fields fields;
    struct line_key key;
    struct json *document;
    buffer_init(&line, SANDBOX_LINE_BYTES_MAX);
    bool found = false;
    if (fetch_fields(sandbox, offset, &line, &fields, &key, &document)) {
        found = read_trade(&fields, ret);
        json_free(document);
    }
    buffer_done(&line);
    return found;
}

bool sandbox_read_refund(struct pay_sandbox *sandbox, uint64_t offset, struct sandbox_refund *ret)
{
    struct buffer line;
    struct line_fields fields;
    struct line_key key;
    struct json *document;
    buffer_init(&line, SANDBOX_LINE_BYTES_MAX);
    bool found = false;
    if (fetch_fields(sandbox, offset, &line, &fields, &key, &document)) {
        found = key.kind == SANDBOX_LINE_REFUND && read_refund(&fields, ret);
        json_free(document);
    }
    buffer_done(&line);
    return found;
}

bool sandbox_find_refund(struct pay_sandbox *sandbox, const char *refund_id, struct sandbox_refund *ret)
{
    uint64_t offset;
    return pay_index_find(&sandbox->refunds, refund_id, &offset) && sandbox_read_refund(sandbox, offset, ret);
}

bool sandbox_was_short(struct pay_sandbox *sandbox, const char *refund_id)
{
    uint64_t offset;
    return pay_index_find(&sandbox->refunds, refund_id, &offset);
}

bool sandbox_read_event(struct pay_sandbox *sandbox, uint64_t offset, struct buffer *line, struct sandbox_event *ret)
{
    struct line_fields fields;
    struct line_key key;
    struct json *document;
    struct buffer source;
    buffer_init(&source, SANDBOX_LINE_BYTES_MAX);
    bool found = false;
    if (fetch_fields(sandbox, offset, &source, &fields, &key, &document)) {
        *ret =
            (struct sandbox_event){.due_at_us = fields.due_at, .attempts = fields.attempts, .is_repeat = fields.repeat};
        found = key.kind == SANDBOX_LINE_EVENT && fields.body && copy(ret->id, sizeof ret->id, fields.event);
        if (found) {
            struct json_writer writer;
            json_writer_init(&writer, line);
            json_add_value(&writer, fields.body);
            json_writer_done(&writer);
            ret->body = buffer_text(line);
        }
        json_free(document);
    }
    buffer_done(&source);
    return found;
}

/* ---- composing ---- */

void sandbox_lines_init(struct sandbox_lines *lines)
{
    *lines = (struct sandbox_lines){.count = 0};
    buffer_init(&lines->text, 4 * SANDBOX_LINE_BYTES_MAX);
}

static void line_begin(struct sandbox_lines *lines, struct json_writer *writer, enum sandbox_line kind, const char *key,
                       int64_t due_at_us)
{
    assert(lines->count < sizeof lines->items / sizeof lines->items[0]);
    lines->items[lines->count].offset = lines->text.length;
    lines->items[lines->count].kind = kind;
    lines->items[lines->count].due_at_us = due_at_us;
    snprintf(lines->items[lines->count].key, sizeof lines->items[0].key, "%s", key);
    lines->count++;
    json_writer_init(writer, &lines->text);
    json_object_begin(writer);
    json_member_string(writer, "record", line_kinds[kind].name);
}

static void line_end(struct sandbox_lines *lines, struct json_writer *writer)
{
    json_object_end(writer);
    json_writer_done(writer);
    buffer_add_char(&lines->text, '\n');
}

void sandbox_lines_trade(struct sandbox_lines *lines, const struct sandbox_trade *trade)
{
    struct json_writer writer;
    line_begin(lines, &writer, SANDBOX_LINE_TRADE, trade->number, 0);
    json_member_string(&writer, "number", trade->number);
    json_member_string(&writer, "reference", trade->reference);
    json_member_string(&writer, "currency", trade->amount.currency);
    json_member_integer(&writer, "amount", trade->amount.minor);
    json_member_integer(&writer, "paid", trade->paid);
    json_member_integer(&writer, "refunded", trade->refunded);
    json_member_integer(&writer, "expires_at", trade->expires_at_us);
    line_end(lines, &writer);
}

void sandbox_lines_refund(struct sandbox_lines *lines, const struct sandbox_refund *refund)
{
    struct json_writer writer;
    line_begin(lines, &writer, SANDBOX_LINE_REFUND, refund->refund.refund_id, refund->due_at_us);
    json_member_string(&writer, "number", refund->refund.number);
    json_member_string(&writer, "reference", refund->refund.trade);
    json_member_string(&writer, "refund_id", refund->refund.refund_id);
    json_member_string(&writer, "currency", refund->refund.amount.currency);
    json_member_integer(&writer, "amount", refund->refund.amount.minor);
    json_member_string(&writer, "state", pay_refund_state_name(refund->refund.state));
    json_member_integer(&writer, "due_at", refund->due_at_us);
    line_end(lines, &writer);
}

void sandbox_lines_event(struct sandbox_lines *lines, const struct sandbox_event *event)
{
    struct json_writer writer;
    line_begin(lines, &writer, SANDBOX_LINE_EVENT, event->id, event->due_at_us);
    json_member_string(&writer, "event", event->id);
    json_member_integer(&writer, "due_at", event->due_at_us);
    json_member_integer(&writer, "attempts", event->attempts);
    json_member_boolean(&writer, "repeat", event->is_repeat);
    if (event->due_at_us) {
        json_key(&writer, "body");
        json_add_raw(&writer, event->body);
    }
    line_end(lines, &writer);
}

void sandbox_lines_short(struct sandbox_lines *lines, const char *refund_id)
{
    struct json_writer writer;
    line_begin(lines, &writer, SANDBOX_LINE_SHORT, refund_id, 0);
    json_member_string(&writer, "refund_id", refund_id);
    line_end(lines, &writer);
}

/* ---- the file ---- */

static void index_line(struct pay_sandbox *sandbox, enum sandbox_line kind, const char *key, int64_t due_at_us,
                       uint64_t offset)
{
    switch (kind) {
    case SANDBOX_LINE_TRADE:
        pay_index_put(&sandbox->trades, key, offset);
        return;
    case SANDBOX_LINE_SHORT:
        pay_index_put(&sandbox->refunds, key, offset);
        return;
    case SANDBOX_LINE_REFUND:
        pay_index_put(&sandbox->refunds, key, offset);
        break;
    case SANDBOX_LINE_EVENT:
        break;
    }
    if (due_at_us)
        pay_index_put(&sandbox->pending, key, offset);
    else
        pay_index_remove(&sandbox->pending, key);
}

static int append(struct pay_sandbox *sandbox, struct text text, struct error *error)
{
    size_t done = 0;
    while (done < text.length) {
        ssize_t wrote = pwrite(sandbox->fd, text.data + done, text.length - done, (off_t)(sandbox->end + done));
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            break;
        done += (size_t)wrote;
    }
    if (done == text.length && (!sandbox->fsync || fdatasync(sandbox->fd) == 0))
        return 0;
    int reason = errno;
    if (ftruncate(sandbox->fd, (off_t)sandbox->end) < 0)
        reason = errno; /* the next append overwrites it, and a restart cuts it off */
    error_set(error, ERROR_OUTCOME_UNKNOWN, "the sandbox could not write its records: %s", strerror(reason));
    return error_hint(error, "free space on the disk, then ask again with the same id");
}

int sandbox_lines_commit(struct pay_sandbox *sandbox, struct sandbox_lines *lines, struct error *error)
{
    int result = buffer_check(&lines->text, error);
    if (result == 0)
        result = append(sandbox, buffer_text(&lines->text), error);
    for (size_t i = 0; result == 0 && i < lines->count; i++) {
        uint64_t offset = sandbox->end + lines->items[i].offset;
        index_line(sandbox, lines->items[i].kind, lines->items[i].key, lines->items[i].due_at_us, offset);
        if (lines->items[i].due_at_us)
            sandbox_due_add(sandbox, lines->items[i].due_at_us, offset, lines->items[i].kind == SANDBOX_LINE_REFUND);
    }
    if (result == 0)
        sandbox->end += lines->text.length;
    buffer_done(&lines->text);
    return result;
}

/* Reads every whole line; *ret_end is where they end. */
static int replay(struct pay_sandbox *sandbox, FILE *file, struct error *error)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    int number = 0, result = 0;
    while (result == 0 && (length = getline(&line, &room, file)) > 0) {
        struct line_fields fields;
        struct line_key key;
        struct json *document;
        number++;
        if (line[length - 1] != '\n')
            break; /* torn by a crash */
        result = line_read((struct text){line, (size_t)length - 1}, &fields, &key, &document, error);
        if (result == 0) {
            index_line(sandbox, key.kind, key.key, key.due_at_us, sandbox->end);
            json_free(document);
            sandbox->end += (uint64_t)length;
        }
    }
    free(line);
    if (result == 0 && ferror(file))
        result = error_set(error, ERROR_IO, "the sandbox's records could not be read");
    if (result == 0)
        return 0;
    error_prefix(error, "line %d of the sandbox's records", number);
    if (error)
        error->code = ERROR_PAY_RECORDS;
    return error_hint(error, "restore the file from a backup; deleting it loses what the sandbox knows of payments");
}

static void queue_pending(struct pay_sandbox *sandbox)
{
    size_t cursor = 0;
    uint64_t offset;
    while (pay_index_next(&sandbox->pending, &cursor, &offset)) {
        struct buffer line;
        struct line_fields fields;
        struct line_key key;
        struct json *document;
        buffer_init(&line, SANDBOX_LINE_BYTES_MAX);
        if (fetch_fields(sandbox, offset, &line, &fields, &key, &document)) {
            sandbox_due_add(sandbox, key.due_at_us, offset, key.kind == SANDBOX_LINE_REFUND);
            json_free(document);
        }
        buffer_done(&line);
    }
}

static int open_file(const char *path, struct error *error)
{
    if (!path) {
        int fd = memfd_create("sandbox", MFD_CLOEXEC);
        return fd >= 0 ? fd : error_set(error, ERROR_IO, "no memory for the sandbox's records: %s", strerror(errno));
    }
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return error_set(error, ERROR_IO, "the sandbox's records %s: %s", path, strerror(errno));
    struct stat status;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    close(fd);
    error_set(error, ERROR_IO, "the sandbox's records %s are not a file, or another process has them open", path);
    return error_hint(error, "one server for one state directory");
}

int sandbox_records_open(struct pay_sandbox *sandbox, const char *path, struct error *error)
{
    pay_index_init(&sandbox->trades, line_matches, sandbox);
    pay_index_init(&sandbox->refunds, line_matches, sandbox);
    pay_index_init(&sandbox->pending, line_matches, sandbox);
    sandbox->fd = open_file(path, error);
    if (sandbox->fd < 0)
        return -1;
    int copy_fd = dup(sandbox->fd);
    FILE *file = copy_fd < 0 ? NULL : fdopen(copy_fd, "r");
    if (!file) {
        if (copy_fd >= 0)
            close(copy_fd);
        return error_set(error, ERROR_IO, "the sandbox's records: %s", strerror(errno));
    }
    int result = replay(sandbox, file, error);
    fclose(file);
    if (result < 0)
        return -1;
    if (ftruncate(sandbox->fd, (off_t)sandbox->end) < 0)
        return error_set(error, ERROR_IO, "the sandbox's records: %s", strerror(errno));
    queue_pending(sandbox);
    return 0;
}

void sandbox_records_close(struct pay_sandbox *sandbox)
{
    if (sandbox->fd >= 0)
        close(sandbox->fd);
    pay_index_done(&sandbox->trades);
    pay_index_done(&sandbox->refunds);
    pay_index_done(&sandbox->pending);
}
