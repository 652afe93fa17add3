/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Works on the bytes: a table of where each value and each name stands, and for each change the text before the place, the
 * new words, and the text behind it. So a change can also be one that no JSON writer would make.
 */
#include "evidence/replay/test_mutate.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/replay/model.h"

#define NODES_MAX 8192
#define TEXT_MAX ((size_t)256 * 1024)
#define IDS_MAX 16

struct node {
    size_t key, start, end; /* of a member: where its name begins; the value is [start, end) */
    int parent, last;       /* last: one past the nodes inside this one */
    bool is_member;
};

struct mutator {
    struct text text;
    struct node *nodes;
    int count;
    char *out;
    char place[200];
    int met, every, tried;
    mutation_fn *visit;
    void *context;
};

const char *const mutation_inputs[MUTATION_INPUTS] = {
    "/decided_at",             /* when it was decided: no rule looks at the clock */
    "/claim",                  /* which claim it is about */
    "/facts/value",            /* what was known of the order */
    "/facts/source",           /* who stated it, among those who may */
    "/facts/leaf",             /* where the log holds it */
    "/amount/currency",        /* what was paid with */
    "/amount/paid",            /* paid for the order */
    "/amount/earlier_refunds", /* already refunded of it */
};

bool mutation_is_of_input(const struct mutation *mutation)
{
    for (int i = 0; i < MUTATION_INPUTS; i++)
        if (mutation->is_other_value && strcmp(mutation->place, mutation_inputs[i]) == 0)
            return true;
    return false;
}

/* ---- where everything stands ---- */

static size_t string_end(struct text text, size_t at)
{
    for (at++; text.data[at] != '"'; at++)
        at += text.data[at] == '\\';
    return at + 1;
}

/* Notes the value at `at` and all inside it; returns where it ends. The text is canonical JSON, so no blanks. */
static size_t value_note(struct mutator *mutator, size_t at, int parent)
{
    struct text text = mutator->text;
    assert(mutator->count < NODES_MAX);
    int self = mutator->count++;
    char opening = text.data[at];
    mutator->nodes[self].parent = parent;
    mutator->nodes[self].start = at;
    if (opening == '"') {
        at = string_end(text, at);
    } else if (opening != '{' && opening != '[') {
        while (at < text.length && !strchr(",]}", text.data[at]))
            at++;
    } else {
        for (at++; text.data[at] != '}' && text.data[at] != ']'; at += text.data[at] == ',') {
            struct node *member = &mutator->nodes[mutator->count];
            member->is_member = opening == '{';
            member->key = at;
            at = value_note(mutator, member->is_member ? string_end(text, at) + 1 : at, self);
        }
        at++;
    }
    mutator->nodes[self].end = at;
    mutator->nodes[self].last = mutator->count;
    return at;
}

static struct text words_of(const struct mutator *mutator, size_t start, size_t end)
{
    return (struct text){mutator->text.data + start, end - start};
}

static struct text value_of(const struct mutator *mutator, const struct node *node)
{
    return words_of(mutator, node->start, node->end);
}

/* The name of a member, or of the list that an item stands in; empty for the whole. */
static struct text name_of(const struct mutator *mutator, const struct node *node)
{
    while (!node->is_member && node->parent >= 0)
        node = &mutator->nodes[node->parent];
    return node->is_member ? words_of(mutator, node->key + 1, node->start - 2) : (struct text){"", 0};
}

static void place_write(const struct mutator *mutator, const struct node *node, char *out, size_t size)
{
    char above[200] = "";
    if (node->parent >= 0)
        place_write(mutator, &mutator->nodes[node->parent], above, sizeof above);
    if (node->is_member)
        snprintf(out, size, "%s/%.*s", above, TEXT_ARG(name_of(mutator, node)));
    else
        snprintf(out, size, "%s", above);
}

/* The node after `node` within the same list or object, or NULL. */
static const struct node *next_of(const struct mutator *mutator, const struct node *node)
{
    const struct node *next = &mutator->nodes[node->last];
    return node->parent >= 0 && node->last < mutator->nodes[node->parent].last ? next : NULL;
}

static const struct node *sibling_find(const struct mutator *mutator, const struct node *node, const char *name)
{
    if (node->parent < 0)
        return NULL;
    for (const struct node *at = &mutator->nodes[node->parent + 1]; at; at = next_of(mutator, at))
        if (at->is_member && text_is(name_of(mutator, at), name))
            return at;
    return NULL;
}

/* ---- trying ---- */

static void try_text(struct mutator *mutator, const char *what, bool is_other_value, struct text text)
{
    if (text_equal(text, mutator->text) || ++mutator->met % mutator->every != 0)
        return;
    struct mutation mutation = {text, mutator->place, what, is_other_value};
    mutator->tried++;
    mutator->visit(mutator->context, &mutation);
}

/* Puts three pieces in the place of [start, end). */
static void splice(struct mutator *mutator, const char *what, bool is_other_value, size_t start, size_t end,
                   struct text a, struct text b, struct text c)
{
    const struct text pieces[] = {words_of(mutator, 0, start), a, b, c, words_of(mutator, end, mutator->text.length)};
    size_t length = 0;
    for (int i = 0; i < 5; i++) {
        assert(length + pieces[i].length <= TEXT_MAX);
        if (pieces[i].length)
            memcpy(mutator->out + length, pieces[i].data, pieces[i].length);
        length += pieces[i].length;
    }
    try_text(mutator, what, is_other_value, (struct text){mutator->out, length});
}

static const struct text nothing = {"", 0};

static void put(struct mutator *mutator, const char *what, size_t start, size_t end, const char *words)
{
    splice(mutator, what, false, start, end, text_of(words), nothing, nothing);
}

static void value_put(struct mutator *mutator, const struct node *node, bool is_other_value, const char *words)
{
    splice(mutator, is_other_value ? "another value" : "no such value", is_other_value, node->start, node->end,
           text_of(words), nothing, nothing);
}

/* ---- other values ---- */

#define TRUTHS "false true unknown"

static const struct {
    const char *name, *words;
} pools[] = {
    {"truth", TRUTHS},
    {"applies", TRUTHS},
    {"op", "paid percent quantity of_quantity fixed less less_percent limit"},
    {"op of a fact",
     "is is_not under at_least over at_most within not_within ago not_ago happened not_happened late_by "
     "not_late_by"},
    {"source", "record issuer evidence merchant buyer arbiter platform"},
    {"outcome", "refund refuse review open"},
    {"disposition", "pay_now wait_merchant missing_evidence review refuse open"},
    {"state", "missing rejected accepted"},
    {"rule", "none full percent unfinished affected remaining fixed"},
    {"bearer", "merchant platform issuer goodwill"},
    {"silence", "accepts refuses reviews"},
    {"destination", "store_credit buyer_choice original_payment"},
    {"currency", "CNY USD JPY EUR cny"},
    {"vocabulary", "0 1 2"},
    {"name", "reason card purchased amount usage cards"},
    {"fact", "reason card purchased amount usage"},
    {"any_of", "problem_proof unused_proof screen_recording contact_record identity_proof issuer_statement"},
    {"value", "no yes never none missing accepted other"},
    {"values", "no yes none other"},
    {"governing", "otherwise"},
    {"id", "otherwise"},
    {"overrode", "otherwise"},
    {"overridden_by", "otherwise"},
    {"claim", "clm_01kaq8golden00000000000001"},
};

static void words_put(struct mutator *mutator, const struct node *node, const char *words)
{
    char quoted[100];
    while (*words) {
        size_t length = strcspn(words, " ");
        snprintf(quoted, sizeof quoted, "\"%.*s\"", (int)length, words);
        value_put(mutator, node, true, quoted);
        words += length + (words[length] == ' ');
    }
}

static void pool_put(struct mutator *mutator, const struct node *node)
{
    struct text name = name_of(mutator, node);
    if (text_is(name, "op") && sibling_find(mutator, node, "fact"))
        name = text_of("op of a fact");
    for (size_t i = 0; i < sizeof pools / sizeof *pools; i++)
        if (text_is(name, pools[i].name))
            words_put(mutator, node, pools[i].words);
}

/* Every value that the fact of this entry or test can have. */
static void fact_values_put(struct mutator *mutator, const struct node *node)
{
    struct text name = name_of(mutator, node);
    const struct node *member = node->is_member ? node : &mutator->nodes[node->parent];
    const struct node *fact = sibling_find(mutator, member, text_is(name, "value") ? "name" : "fact");
    if (!fact || !(text_is(name, "value") || text_is(name, "values")))
        return;
    int place = replay_fact_find(words_of(mutator, fact->start + 1, fact->end - 1));
    for (int i = 0; place >= 0 && replay_facts[place].values && replay_facts[place].values[i].word; i++)
        words_put(mutator, node, replay_facts[place].values[i].word);
}

/* Where a clause is named, the other clauses. */
static void ids_put(struct mutator *mutator, const struct node *node)
{
    struct text name = name_of(mutator, node);
    if (!text_is(name, "governing") && !text_is(name, "id") && !text_is(name, "overrode") &&
        !text_is(name, "overridden_by"))
        return;
    int put_count = 0;
    for (int i = 0; i < mutator->count && put_count < IDS_MAX; i++) {
        if (!mutator->nodes[i].is_member || !text_is(name_of(mutator, &mutator->nodes[i]), "id"))
            continue;
        splice(mutator, "another value", true, node->start, node->end, value_of(mutator, &mutator->nodes[i]), nothing,
               nothing);
        put_count++;
    }
}

static void string_bend(struct mutator *mutator, const struct node *node)
{
    char first = mutator->text.data[node->start + 1];
    char bent[16];
    bool is_empty = node->end == node->start + 2;
    splice(mutator, "another value", true, node->end - 1, node->end - 1, text_of("x"), nothing, nothing);
    splice(mutator, "another value", true, node->end - 1, node->end - 1, text_of(" "), nothing, nothing);
    value_put(mutator, node, true, "\"\"");
    if (is_empty)
        return;
    splice(mutator, "another value", true, node->end - 2, node->end - 1, nothing, nothing, nothing);
    snprintf(bent, sizeof bent, "%c", first ^ 1);
    splice(mutator, "another value", true, node->start + 1, node->start + 2, text_of(bent), nothing, nothing);
    snprintf(bent, sizeof bent, "%c", first ^ 0x20);
    splice(mutator, "another value", true, node->start + 1, node->start + 2, text_of(bent), nothing, nothing);
    snprintf(bent, sizeof bent, "\\u%04x", first);
    put(mutator, "another spelling", node->start + 1, node->start + 2, bent);
}

static void integer_bend(struct mutator *mutator, const struct node *node)
{
    static const int64_t steps[] = {1, -1, 60, 86400};
    static const char *const others[] = {
        "0", "1", "-1", "100", "1000000000000", "1000000000001", "9223372036854775807"};
    static const char *const spellings[] = {"%.*s.0", "0%.*s", "-%.*s", "\"%.*s\""};
    char words[64];
    int64_t value = 0;
    bool is_integer = text_to_int64(value_of(mutator, node), &value, NULL) == 0;
    assert(is_integer);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        snprintf(words, sizeof words, "%" PRId64, value + steps[i]);
        value_put(mutator, node, true, words);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        value_put(mutator, node, true, others[i]);
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        snprintf(words, sizeof words, spellings[i], TEXT_ARG(value_of(mutator, node)));
        put(mutator, "another spelling", node->start, node->end, words);
    }
}

static void null_bend(struct mutator *mutator, const struct node *node)
{
    static const char *const others[] = {"1",          "172800",    "\"merchant\"", "\"accepts\"",
                                         "\"record\"", "\"never\"", "\"yes\""};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        value_put(mutator, node, true, others[i]);
}

static void kind_change(struct mutator *mutator, const struct node *node)
{
    static const char *const others[] = {"null", "0", "true", "\"\"", "[]", "{}", ""};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        value_put(mutator, node, others[i][0] == 'n' || others[i][0] == '0', others[i]);
}

static void value_bend(struct mutator *mutator, const struct node *node)
{
    char first = mutator->text.data[node->start];
    kind_change(mutator, node);
    if (first == '{' || first == '[')
        return;
    if (first == '"')
        string_bend(mutator, node);
    else if (first == 'n')
        null_bend(mutator, node);
    else
        integer_bend(mutator, node);
    pool_put(mutator, node);
    fact_values_put(mutator, node);
    ids_put(mutator, node);
}

/* ---- members and items ---- */

/* The member or item with the comma that joins it to its neighbour, if it has one. */
static void remove_whole(struct mutator *mutator, const struct node *node)
{
    size_t start = node->is_member ? node->key : node->start, end = node->end;
    if (mutator->text.data[end] == ',')
        end++;
    else if (mutator->text.data[start - 1] == ',')
        start--;
    splice(mutator, "removed", false, start, end, nothing, nothing, nothing);
}

static void join(struct mutator *mutator, const char *what, size_t at, const char *words)
{
    splice(mutator, what, false, at, at, text_of(","), text_of(words), nothing);
}

static void double_whole(struct mutator *mutator, const struct node *node)
{
    size_t start = node->is_member ? node->key : node->start;
    splice(mutator, "twice", false, node->end, node->end, text_of(","), words_of(mutator, start, node->end), nothing);
    if (!node->is_member)
        return;
    struct text name = words_of(mutator, node->key, node->start);
    splice(mutator, "twice, then null", false, node->end, node->end, text_of(","), name, text_of("null"));
    splice(mutator, "twice, first null", false, node->key, node->key, name, text_of("null,"), nothing);
    splice(mutator, "renamed", false, node->start - 2, node->start - 2, text_of("_"), nothing, nothing);
    splice(mutator, "renamed", false, node->key + 1, node->key + 2, nothing, nothing, nothing);
    join(mutator, "joined by another", node->end, "\"zz\":null");
}

/* The same members in another order, and their values exchanged. */
static void swap_next(struct mutator *mutator, const struct node *node)
{
    const struct node *next = next_of(mutator, node);
    if (!next)
        return;
    size_t first = node->is_member ? node->key : node->start, second = next->is_member ? next->key : next->start;
    splice(mutator, "exchanged", false, first, next->end, words_of(mutator, second, next->end), text_of(","),
           words_of(mutator, first, node->end));
    /* Two amounts of an order may change places, as any of them may be another. */
    bool are_numbers =
        strchr("0123456789", mutator->text.data[node->start]) && strchr("0123456789", mutator->text.data[next->start]);
    if (node->is_member)
        splice(mutator, "values exchanged", are_numbers, node->start, next->end, value_of(mutator, next),
               words_of(mutator, node->end, next->start), value_of(mutator, node));
}

static void whole_join(struct mutator *mutator, const struct node *node)
{
    static const char *const members[] = {"\"destination\":\"store_credit\"", "\"extension_s\":3600", "\"bound\":1",
                                          "\"leaf\":null", "\"\":0"};
    static const char *const items[] = {"null", "0", "\"x\"", "{}", "[]"};
    char first = mutator->text.data[node->start];
    bool is_empty = node->end == node->start + 2;
    for (size_t i = 0; first == '{' && i < sizeof members / sizeof *members; i++)
        splice(mutator, "joined by another", false, node->end - 1, node->end - 1, text_of(is_empty ? "" : ","),
               text_of(members[i]), nothing);
    for (size_t i = 0; first == '[' && i < sizeof items / sizeof *items; i++)
        splice(mutator, "joined by another", false, node->end - 1, node->end - 1, text_of(is_empty ? "" : ","),
               text_of(items[i]), nothing);
}

/* ---- the whole ---- */

static void whole_bend(struct mutator *mutator)
{
    size_t end = mutator->text.length;
    snprintf(mutator->place, sizeof mutator->place, "/");
    put(mutator, "a blank before", 0, 0, " ");
    put(mutator, "a byte order mark before", 0, 0, "\xef\xbb\xbf");
    put(mutator, "a line end behind", end, end, "\n");
    put(mutator, "a blank within", 1, 1, " ");
    splice(mutator, "written twice", false, end, end, mutator->text, nothing, nothing);
    for (size_t cut = 1; cut < end; cut += end / 20 + 1)
        splice(mutator, "cut off", false, cut, end, nothing, nothing, nothing);
}

int mutations_each(struct text certificate, int every, mutation_fn *visit, void *context)
{
    assert(every > 0);
    struct mutator mutator = {.text = certificate,
                              .every = every,
                              .nodes = calloc(NODES_MAX + 1, sizeof(struct node)),
                              .out = malloc(TEXT_MAX),
                              .visit = visit,
                              .context = context};
    assert(mutator.nodes && mutator.out);
    size_t end = value_note(&mutator, 0, -1);
    assert(end == certificate.length);
    for (int i = 0; i < mutator.count; i++) {
        const struct node *node = &mutator.nodes[i];
        place_write(&mutator, node, mutator.place, sizeof mutator.place);
        value_bend(&mutator, node);
        whole_join(&mutator, node);
        if (node->parent < 0)
            continue;
        remove_whole(&mutator, node);
        double_whole(&mutator, node);
        swap_next(&mutator, node);
    }
    whole_bend(&mutator);
    free(mutator.nodes);
    free(mutator.out);
    return mutator.tried;
}
