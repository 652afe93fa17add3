/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leaves carry pseudonyms, not names. The platform's own people are named here, since their acts are what an audit is about, and so is the
 * one party that was asked for; everybody else stays a pseudonym. Nothing is decrypted and no card's content is near.
 */
#include "service/oversight/audit.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "service/internal.h"

#define LOOKED_AT_MAX 20000 /* leaves of one page: some tens of milliseconds */
#define STAFF_MAX 500
#define DETAIL_BYTES_MAX (16 * 1024)
#define PSEUDONYM_BYTES 40

struct person {
    char id[ID_BYTES], pseudonym[PSEUDONYM_BYTES];
    struct text name;
};
struct audit {
    struct service_call *call;
    const struct service_audit_filter *filter;
    char actor[PSEUDONYM_BYTES]; /* of the party that was asked for */
    struct person *staff;        /* and that party last */
    size_t staff_count;
    int64_t size, first, before; /* leaves of the log; the range of this page */
    bool verified;
    uint8_t root[HASH_BYTES];
    int64_t checkpoint_at;
    struct evidence_log *log;
    int64_t tile_number; /* of the tile that was read last; -1: none */
    uint8_t tile[EVIDENCE_TILE_BYTES];
};

/* ---- the log itself ---- */

static int head_read(struct audit *audit, struct error *error)
{
    struct evidence_checkpoint head = {.size = 0};
    struct service *service = audit->call->service;
    struct query *query = store_query(audit->call->tx, QUERY_CHECKPOINT_LAST);
    int step = query_step(query, error);
    bool opened = step == 1 && evidence_checkpoint_open(query_text(query, 1), &service->log_key, &head, NULL) == 0;
    audit->checkpoint_at = step == 1 ? query_int(query, 2) : 0;
    query_end(query);
    if (step < 0)
        return -1;
    evidence_range_root(&audit->log->range, audit->root);
    audit->size = (int64_t)audit->log->range.size;
    audit->verified = audit->verified && (step == 0 || opened) && head.size == audit->log->range.size &&
                      (step == 0 || hash_equal(head.root, audit->root, HASH_BYTES));
    return 0;
}

static int log_read(struct audit *audit, struct error *error)
{
    audit->log = arena_new_object(audit->call->arena, struct evidence_log);
    evidence_log_init(audit->log);
    /* A log that contradicts itself is what an audit must show, and not a reason to show nothing. */
    audit->verified = service_log_load(audit->call->tx, audit->log, NULL) == 0;
    return head_read(audit, error);
}

/* Whether the tree has this leaf at this place. */
static bool in_tree(struct audit *audit, int64_t index, const uint8_t hash[static HASH_BYTES])
{
    int64_t number = index / EVIDENCE_TILE_WIDTH, at = index % EVIDENCE_TILE_WIDTH;
    if (!audit->verified || index >= audit->size)
        return false;
    if (number == audit->size / EVIDENCE_TILE_WIDTH)
        return hash_equal(audit->log->tail[0][at], hash, HASH_BYTES);
    if (number != audit->tile_number) {
        if (service_log_tile(audit->call->tx, 0, (uint64_t)number, audit->tile, NULL) < 0)
            return false;
        audit->tile_number = number;
    }
    return hash_equal(audit->tile + at * HASH_BYTES, hash, HASH_BYTES);
}

/* ---- people ---- */

static int staff_read(struct audit *audit, struct error *error)
{
    struct service *service = audit->call->service;
    struct text asked = audit->filter->actor;
    audit->staff = arena_new_array(audit->call->arena, struct person, STAFF_MAX);
    struct query *query = store_query(audit->call->tx, QUERY_PARTY_STAFF);
    query_bind_text(query, 1, asked);
    query_bind_int(query, 2, STAFF_MAX);
    int step;
    while (audit->staff_count < STAFF_MAX && (step = query_step(query, error)) == 1) {
        struct person *person = &audit->staff[audit->staff_count++];
        service_id_copy(person->id, query_text(query, 0));
        person->name = arena_copy_text(audit->call->arena, query_text(query, 1));
        service_pseudonym(service, query_text(query, 0), person->pseudonym);
    }
    query_end(query);
    if (asked.length)
        service_pseudonym(service, asked, audit->actor);
    return audit->staff_count < STAFF_MAX && step < 0 ? -1 : 0;
}

static const struct person *person_find(const struct audit *audit, struct text pseudonym)
{
    for (size_t i = 0; i < audit->staff_count; i++)
        if (text_is(pseudonym, audit->staff[i].pseudonym))
            return &audit->staff[i];
    return NULL;
}

/* ---- where to begin ---- */

static int received_at(struct audit *audit, int64_t index, int64_t *ret, struct error *error)
{
    struct evidence_leaf leaf;
    struct query *query = store_query(audit->call->tx, QUERY_LEAF_BODY);
    query_bind_int(query, 1, index);
    int step = query_step(query, error);
    int read = step == 1 ? evidence_leaf_read(query_blob(query, 0), &leaf, error) : -1;
    *ret = read == 0 ? leaf.received_at_us : 0;
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_LOG_INCONSISTENT, "leaf %lld of the log is missing", (long long)index);
    return read;
}

/* The first leaf that was received at that time or later: times never run backwards along the log. */
static int first_since(struct audit *audit, int64_t at_us, int64_t *ret, struct error *error)
{
    int64_t low = 0, high = audit->size;
    while (low < high) {
        int64_t middle = low + (high - low) / 2, received;
        if (received_at(audit, middle, &received, error) < 0)
            return -1;
        if (received < at_us)
            low = middle + 1;
        else
            high = middle;
    }
    *ret = low;
    return 0;
}

/* A chain of one subject is short; only walks over the whole log are bounded. */
static int range_find(struct audit *audit, const struct service_page *page, int64_t *ret_end, struct error *error)
{
    const struct service_audit_filter *filter = audit->filter;
    int64_t from = 0, until = audit->size;
    if (service_page_number(page, &audit->before, error) < 0 ||
        (filter->from_us && first_since(audit, filter->from_us, &from, error) < 0) ||
        (filter->until_us && first_since(audit, filter->until_us, &until, error) < 0))
        return -1;
    if (audit->before > until)
        audit->before = until;
    audit->first =
        filter->subject.length || audit->before - from <= LOOKED_AT_MAX ? from : audit->before - LOOKED_AT_MAX;
    *ret_end = from;
    return 0;
}

/* ---- one leaf ---- */

struct entry {
    int64_t index;
    struct text kind, subject, detail; /* detail: canonical JSON of what an operator did, or empty */
    struct evidence_leaf leaf;
    uint8_t sha256[HASH_BYTES];
    bool in_log;
    const struct person *person;
    const char *highlight;
};

static bool by_staff(const struct entry *entry)
{
    return text_is(entry->leaf.source, "arbiter") || text_is(entry->leaf.source, "operator") ||
           (entry->person &&
            (strncmp(entry->person->id, "arb_", 4) == 0 || strncmp(entry->person->id, "opr_", 4) == 0));
}

static bool action_is(struct text detail, const char *action)
{
    struct json *document = NULL;
    if (!detail.length || json_parse(detail, DETAIL_BYTES_MAX, &document, NULL) < 0)
        return false;
    const struct json *value = json_find(document, "action");
    bool is = value && json_kind(value) == JSON_STRING && text_is(json_string(value), action);
    json_free(document);
    return is;
}

/* Columns of AUDIT_ROW in store/queries.def. */
static int entry_read(struct audit *audit, struct query *query, struct entry *ret, struct error *error)
{
    struct text body = query_blob(query, 4);
    uint8_t hash[HASH_BYTES];
    *ret = (struct entry){.index = query_int(query, 0),
                          .subject = query_text(query, 1),
                          .kind = query_text(query, 3),
                          .detail = query_blob(query, 5)};
    if (evidence_leaf_read(body, &ret->leaf, error) < 0)
        return -1;
    hash_sha256(body.data, body.length, ret->sha256);
    evidence_leaf_hash(body, hash);
    ret->in_log = in_tree(audit, ret->index, hash);
    ret->person = person_find(audit, ret->leaf.actor);
    if (text_is(ret->kind, evidence_kind_wire(EVIDENCE_KIND_CARD_FIRST_REVEAL)) && by_staff(ret))
        ret->highlight = "staff_reveal";
    else if (action_is(ret->detail, "token_create"))
        ret->highlight = "token_for_another";
    return 0;
}

static void entry_json(struct json_writer *writer, const struct entry *entry)
{
    json_object_begin(writer);
    json_member_integer(writer, "index", entry->index);
    json_member_time(writer, "at", entry->leaf.received_at_us);
    json_member_text(writer, "kind", entry->kind);
    service_view_words(writer, "kind_words", evidence_kind_zh(entry->leaf.kind), evidence_kind_en(entry->leaf.kind));
    json_member_text(writer, "subject", entry->subject);
    json_member_integer(writer, "sequence", entry->leaf.sequence);
    json_member_text(writer, "source", entry->leaf.source);
    json_member_text(writer, "actor", entry->leaf.actor);
    json_member_string(writer, "actor_id", entry->person ? entry->person->id : NULL);
    service_view_text_or_null(writer, "actor_name", entry->person ? entry->person->name : (struct text){NULL, 0});
    json_member_hex(writer, "leaf_sha256", entry->sha256, HASH_BYTES);
    json_member_boolean(writer, "in_log", entry->in_log);
    json_member_string(writer, "highlight", entry->highlight);
    json_key(writer, "detail");
    if (entry->detail.length)
        json_add_raw(writer, entry->detail);
    else
        json_add_null(writer);
    json_object_end(writer);
}

static const char *const column_names[] = {"index",    "at",        "kind",  "kind_zh",  "subject",
                                           "sequence", "source",    "actor", "actor_id", "actor_name",
                                           "in_log",   "highlight", "detail"};

static void entry_csv(struct csv *csv, const struct entry *entry)
{
    csv_integer(csv, entry->index);
    csv_time(csv, entry->leaf.received_at_us);
    csv_text(csv, entry->kind);
    csv_string(csv, evidence_kind_zh(entry->leaf.kind));
    csv_text(csv, entry->subject);
    csv_integer(csv, entry->leaf.sequence);
    csv_text(csv, entry->leaf.source);
    csv_text(csv, entry->leaf.actor);
    csv_string(csv, entry->person ? entry->person->id : NULL);
    csv_text(csv, entry->person ? entry->person->name : (struct text){NULL, 0});
    csv_integer(csv, entry->in_log);
    csv_string(csv, entry->highlight);
    csv_text(csv, entry->detail);
    csv_line_end(csv);
}

/* ---- the page ---- */

static struct query *page_query(struct audit *audit)
{
    bool chain = audit->filter->subject.length > 0;
    struct query *query = store_query(audit->call->tx, chain ? QUERY_AUDIT_SUBJECT : QUERY_AUDIT_ALL);
    query_bind_int(query, 1, audit->first);
    query_bind_int(query, 2, audit->before);
    query_bind_text(query, 3, audit->filter->kind);
    if (chain)
        query_bind_text(query, 4, audit->filter->subject);
    return query;
}

/* Returns the number of entries, and the index of the last one that was shown. */
static int entries_write(struct audit *audit, int64_t limit, struct service_table *ret, int64_t *ret_last,
                         bool *ret_more, struct error *error)
{
    struct query *query = page_query(audit);
    int64_t count = 0;
    int step;
    *ret_more = false;
    while ((step = query_step(query, error)) == 1) {
        struct entry entry;
        if (entry_read(audit, query, &entry, error) < 0)
            return -1;
        if (audit->actor[0] && !text_is(entry.leaf.actor, audit->actor))
            continue;
        if (count == limit) {
            *ret_more = true;
            break;
        }
        count++;
        *ret_last = entry.index;
        if (ret->csv)
            entry_csv(ret->csv, &entry);
        else
            entry_json(ret->json, &entry);
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}

static void log_json(const struct audit *audit, struct json_writer *writer)
{
    json_key(writer, "log");
    json_object_begin(writer);
    json_member_integer(writer, "size", audit->size);
    json_member_hex(writer, "root", audit->root, HASH_BYTES);
    json_member_time(writer, "checkpoint_at", audit->checkpoint_at);
    json_member_boolean(writer, "verified", audit->verified);
    json_object_end(writer);
}

static int page_write(struct audit *audit, const struct service_page *page, int64_t end, struct service_table *ret,
                      struct error *error)
{
    int64_t last = audit->first;
    bool more;
    if (ret->csv) {
        csv_names(ret->csv, column_names, sizeof column_names / sizeof column_names[0]);
    } else {
        json_object_begin(ret->json);
        log_json(audit, ret->json);
        json_key(ret->json, "items");
        json_array_begin(ret->json);
    }
    if (entries_write(audit, page->limit, ret, &last, &more, error) < 0)
        return -1;
    if (more || audit->first > end)
        snprintf(ret->next, sizeof ret->next, "%lld", (long long)(more ? last : audit->first));
    if (ret->csv)
        return 0;
    json_array_end(ret->json);
    service_view_text_or_null(ret->json, "next_cursor", text_of(ret->next));
    json_object_end(ret->json);
    return 0;
}

int service_audit_list(struct service_call *call, const struct service_audit_filter *filter,
                       const struct service_page *page, struct service_table *ret, struct error *error)
{
    struct audit *audit = arena_new_object(call->arena, struct audit);
    enum evidence_kind kind;
    int64_t end;
    *audit = (struct audit){.call = call, .filter = filter, .tile_number = -1};
    if (call->actor.role != ROLE_OPERATOR && call->actor.role != ROLE_SYSTEM)
        return error_set(error, ERROR_ACCESS_DENIED, "only an operator reads the log in words");
    if (filter->kind.length && evidence_kind_find(filter->kind, &kind) < 0) {
        error_set(error, ERROR_QUERY_VALUE, "there is no such kind of leaf");
        return error_at(error, "query kind");
    }
    if (log_read(audit, error) < 0 || staff_read(audit, error) < 0 || range_find(audit, page, &end, error) < 0)
        return -1;
    return page_write(audit, page, end, ret, error);
}
