/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Templates of certificates. Every word in them is an ASCII word of the language or an id of a clause, so nothing needs
 * an escape; members are written in the order of RFC 8785.
 */
#include "policy/template.h"

#include <assert.h>
#include <string.h>

#define TEMPLATE_BYTES_MAX (4 << 20) /* 2,048 nodes with long lists of values stay far below */

/* ---- making ---- */

struct maker {
    const struct policy *policy;
    struct buffer text;
    struct policy_piece *pieces;
    size_t count, begun;
};

static void hole(struct maker *maker, enum policy_hole kind, int index)
{
    maker->pieces[maker->count++] = (struct policy_piece){.start = (uint32_t)maker->begun,
                                                          .length = (uint32_t)(maker->text.length - maker->begun),
                                                          .index = (uint16_t)index,
                                                          .hole = (uint8_t)kind};
    maker->begun = maker->text.length;
}

static void values_make(struct maker *maker, const struct policy_condition *condition)
{
    const struct fact_info *info = fact_info((enum fact)condition->fact);
    buffer_add_string(&maker->text, ",\"values\":[");
    bool first = true;
    for (uint64_t bits = condition->written; bits; bits &= bits - 1) {
        buffer_addf(&maker->text, "%s\"%s\"", first ? "" : ",", info->values[__builtin_ctzll(bits)].word);
        first = false;
    }
    buffer_add_char(&maker->text, ']');
}

static void test_make(struct maker *maker, uint16_t node)
{
    const struct policy_condition *c = &maker->policy->conditions[maker->policy->nodes[node].condition];
    enum policy_relation relation = (enum policy_relation)c->relation;
    buffer_add_char(&maker->text, '{');
    if (policy_relation_has_bound(relation))
        buffer_addf(&maker->text, "\"bound\":%lld,", (long long)c->bound);
    buffer_addf(&maker->text, "\"fact\":\"%s\",\"op\":\"%s\",\"truth\":", fact_info((enum fact)c->fact)->word,
                policy_relation_word(relation));
    hole(maker, POLICY_HOLE_TRUTH, node);
    if (c->by_mask)
        values_make(maker, c);
    buffer_add_char(&maker->text, '}');
}

static void nodes_make(struct maker *maker, uint16_t first)
{
    const struct policy_node *nodes = maker->policy->nodes;
    for (uint16_t i = first; i != POLICY_NODE_NONE; i = nodes[i].next) {
        if (i != first)
            buffer_add_char(&maker->text, ',');
        if (nodes[i].kind == POLICY_NODE_TEST) {
            test_make(maker, i);
            continue;
        }
        buffer_add_string(&maker->text, nodes[i].kind == POLICY_NODE_ALL ? "{\"all\":[" : "{\"any\":[");
        nodes_make(maker, nodes[i].first);
        buffer_add_string(&maker->text, "],\"truth\":");
        hole(maker, POLICY_HOLE_TRUTH, i);
        buffer_add_char(&maker->text, '}');
    }
}

static void clause_make(struct maker *maker, int index)
{
    const struct policy_clause *clause = &maker->policy->clauses[index];
    buffer_add_string(&maker->text, index ? ",{\"applies\":" : "{\"applies\":");
    hole(maker, POLICY_HOLE_APPLIES, index);
    buffer_add_string(&maker->text, ",\"conditions\":[");
    nodes_make(maker, maker->policy->nodes[clause->root].first);
    buffer_addf(&maker->text, "],\"id\":\"%s\",\"overridden_by\":[", clause->id);
    hole(maker, POLICY_HOLE_OVERRIDDEN_BY, index);
    buffer_add_string(&maker->text, "]}");
}

void policy_template_make(struct arena *arena, struct policy *policy)
{
    struct maker maker = {.policy = policy};
    /* One hole for each node at most, two for each clause, one at the end. */
    size_t holes_max = (size_t)policy->node_count + 2 * (size_t)policy->clause_count + 1;
    maker.pieces = arena_new_array(arena, struct policy_piece, holes_max);
    buffer_init(&maker.text, TEMPLATE_BYTES_MAX);
    for (int i = 0; i < policy->clause_count; i++)
        clause_make(&maker, i);
    hole(&maker, POLICY_HOLE_END, 0);
    assert(!maker.text.failed && maker.count <= holes_max);
    policy->template_text = arena_copy_text(arena, buffer_text(&maker.text)).data;
    policy->template_pieces = maker.pieces;
    buffer_done(&maker.text);
}

/* ---- filling ---- */

static inline void put(struct buffer *out, const char *data, size_t length)
{
    if (out->capacity - out->length <= length || out->failed) {
        buffer_add(out, data, length);
        return;
    }
    memcpy(out->data + out->length, data, length);
    out->length += length;
    out->data[out->length] = '\0';
}

#define PUT(out, literal) put((out), (literal), sizeof(literal) - 1)

static void truth_put(struct buffer *out, enum policy_truth truth)
{
    switch (truth) {
    case POLICY_FALSE:
        PUT(out, "\"false\"");
        break;
    case POLICY_TRUE:
        PUT(out, "\"true\"");
        break;
    case POLICY_UNKNOWN:
        PUT(out, "\"unknown\"");
        break;
    }
}

static enum policy_truth clause_truth(const struct policy_decision *decision, int clause)
{
    if (policy_clause_set_has(&decision->applies, clause))
        return POLICY_TRUE;
    return policy_clause_set_has(&decision->unknown, clause) ? POLICY_UNKNOWN : POLICY_FALSE;
}

static void overridden_by_put(struct buffer *out, const struct policy *policy, const struct policy_decision *decision,
                              int clause)
{
    bool first = true;
    if (!policy_clause_set_has(&decision->applies, clause))
        return;
    for (int w = 0; w < POLICY_CLAUSE_WORDS; w++)
        for (uint64_t bits = policy->clauses[clause].overridden_by.bits[w] & decision->applies.bits[w]; bits;
             bits &= bits - 1) {
            const char *id = policy->clauses[w * 64 + __builtin_ctzll(bits)].id;
            put(out, first ? "\"" : ",\"", first ? 1 : 2);
            put(out, id, strlen(id));
            PUT(out, "\"");
            first = false;
        }
}

void policy_template_fill(struct buffer *out, const struct policy *policy, const struct policy_decision *decision)
{
    for (const struct policy_piece *piece = policy->template_pieces;; piece++) {
        put(out, policy->template_text + piece->start, piece->length);
        switch ((enum policy_hole)piece->hole) {
        case POLICY_HOLE_END:
            return;
        case POLICY_HOLE_TRUTH:
            truth_put(out,
                      policy_node_truth(policy, piece->index, decision->condition_true, decision->condition_unknown));
            break;
        case POLICY_HOLE_APPLIES:
            truth_put(out, clause_truth(decision, piece->index));
            break;
        case POLICY_HOLE_OVERRIDDEN_BY:
            overridden_by_put(out, policy, decision, piece->index);
            break;
        }
    }
}

static void word_put(struct buffer *out, const char *word)
{
    PUT(out, "\"");
    put(out, word, strlen(word));
    PUT(out, "\"");
}

static void value_put(struct buffer *out, const struct fact_info *info, int64_t value)
{
    if (info->values)
        word_put(out, info->values[value].word);
    else if (info->type == FACT_TYPE_DURATION && value == FACT_NEVER)
        PUT(out, "\"never\"");
    else
        buffer_add_int(out, value);
}

void policy_template_facts(struct buffer *out, const struct policy *policy, const struct policy_facts *facts)
{
    bool first = true;
    for (uint64_t bits = policy->facts_tested; bits; bits &= bits - 1) {
        int i = __builtin_ctzll(bits);
        const struct fact_info *info = fact_info((enum fact)i);
        bool known = facts->known >> i & 1;
        put(out, first ? "{\"leaf\":" : ",{\"leaf\":", first ? 8 : 9);
        first = false;
        if (known && facts->leaf[i] >= 0)
            buffer_add_int(out, facts->leaf[i]);
        else
            PUT(out, "null");
        PUT(out, ",\"name\":");
        word_put(out, info->word);
        if (!known) {
            PUT(out, ",\"source\":null,\"value\":null}");
            continue;
        }
        PUT(out, ",\"source\":");
        word_put(out, fact_source_word((enum fact_source)facts->source[i]));
        PUT(out, ",\"value\":");
        value_put(out, info, facts->value[i]);
        PUT(out, "}");
    }
}
