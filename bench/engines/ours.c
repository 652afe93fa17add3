/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our side of the comparison with other engines, which compare.mjs runs.
 *
 *     ours inputs COUNT          prints inputs as JSON lines: {"answer":{"applies","clause","outcome"},"facts":{…}}
 *     ours time FILE SECONDS     decides on those inputs again, compares, measures, and prints the rates as JSON
 *
 * The inputs that are measured are read from the same file as the other engines read them. A difference between an answer
 * in the file and the decision made now ends the program before it measures.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "eight.h"

#define INPUTS_MAX 4096
#define FILE_BYTES_MAX (8 << 20)
#define FACTS_BYTES_MAX 4096
#define CERTIFICATE_BYTES_MAX (1 << 20)

struct inputs {
    int count;
    struct policy_facts facts[INPUTS_MAX];
    struct text text[INPUTS_MAX]; /* the facts as JSON */
};

struct rates {
    double per_s, per_cpu_s;
};

static void answer_write(struct json_writer *writer, const struct policy *policy, const struct policy_facts *facts)
{
    struct policy_decision decision;
    policy_evaluate(policy, facts, &decision);
    json_object_begin(writer);
    json_key(writer, "applies");
    json_array_begin(writer);
    for (int i = 0; i < policy_clause_count(policy); i++)
        if (policy_clause_set_has(&decision.applies, i))
            json_add_string(writer, policy_clause_id(policy, i));
    json_array_end(writer);
    json_member_string(writer, "clause", policy_clause_id(policy, decision.governing));
    json_member_string(writer, "outcome", policy_outcome_word(decision.outcome));
    json_object_end(writer);
}

static void line_write(struct buffer *out, const struct policy *policy, const struct policy_facts *facts)
{
    struct json_writer writer;
    json_writer_init(&writer, out);
    json_object_begin(&writer);
    json_key(&writer, "answer");
    answer_write(&writer, policy, facts);
    json_key(&writer, "facts");
    policy_facts_write(&writer, facts);
    json_object_end(&writer);
    json_writer_done(&writer);
    buffer_add_char(out, '\n');
}

static int inputs_print(const struct policy *policy, int64_t count)
{
    struct random_seeded random;
    struct policy_facts facts;
    struct buffer out;
    random_seeded_init(&random, 1);
    buffer_init(&out, FILE_BYTES_MAX);
    for (int64_t i = 0; i < count; i++) {
        eight_facts_make(&facts, &random.random);
        line_write(&out, policy, &facts);
    }
    size_t written = fwrite(out.data, 1, out.length, stdout);
    int failed = out.failed || written != out.length || fflush(stdout);
    buffer_done(&out);
    return failed ? 1 : 0;
}

/* One line: its facts, and whether deciding on them again gives the same line. */
static int input_add(struct inputs *inputs, const struct policy *policy, struct arena *arena, struct text line)
{
    struct error error;
    struct json *document;
    struct buffer again;
    struct policy_facts *facts = &inputs->facts[inputs->count];
    if (json_parse(line, FACTS_BYTES_MAX, &document, &error))
        return -1;
    const struct json *object = json_find(document, "facts");
    policy_facts_init(facts);
    int failed = !object || policy_facts_read(facts, object, &error);
    json_free(document);
    if (failed)
        return -1;
    buffer_init(&again, FACTS_BYTES_MAX);
    line_write(&again, policy, facts);
    failed = !text_equal(line, (struct text){again.data, again.length - 1});
    buffer_clear(&again);
    struct json_writer writer;
    json_writer_init(&writer, &again);
    policy_facts_write(&writer, facts);
    json_writer_done(&writer);
    char *copy = arena_alloc(arena, again.length);
    memcpy(copy, again.data, again.length);
    inputs->text[inputs->count] = (struct text){copy, again.length};
    buffer_done(&again);
    if (failed)
        return -1;
    inputs->count++;
    return 0;
}

static int inputs_read(struct inputs *inputs, const struct policy *policy, struct arena *arena, const char *path)
{
    struct buffer file;
    struct error error;
    buffer_init(&file, FILE_BYTES_MAX);
    if (file_read_all(path, FILE_BYTES_MAX, &file, &error)) {
        fprintf(stderr, "ours: %s\n", error.message);
        buffer_done(&file);
        return -1;
    }
    const char *at = file.data, *end = file.data + file.length;
    int failed = 0;
    while (at < end && !failed && inputs->count < INPUTS_MAX) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((newline ? newline : end) - at);
        failed = input_add(inputs, policy, arena, (struct text){at, length});
        at += length + 1;
    }
    if (failed || inputs->count == 0)
        fprintf(stderr, "ours: line %d is not an input, or is decided otherwise now\n", inputs->count + 1);
    buffer_done(&file);
    return failed || inputs->count == 0 ? -1 : 0;
}

/* ---- measuring ---- */

static double clock_s(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Decides on every input once; the sum of what came out keeps the compiler from leaving it out. */
typedef uint64_t round_function(const struct policy *policy, const struct inputs *inputs, struct buffer *out);

static uint64_t round_explained(const struct policy *policy, const struct inputs *inputs, struct buffer *out)
{
    struct policy_decision decision;
    uint64_t sum = out->length;
    for (int i = 0; i < inputs->count; i++) {
        policy_evaluate(policy, &inputs->facts[i], &decision);
        sum += (uint64_t)decision.disposition + (uint64_t)decision.refund + decision.condition_true[0];
    }
    return sum;
}

static uint64_t round_text_to_text(const struct policy *policy, const struct inputs *inputs, struct buffer *out)
{
    struct policy_decision decision;
    struct policy_facts facts;
    struct json_writer writer;
    struct json *document;
    uint64_t sum = 0;
    for (int i = 0; i < inputs->count; i++) {
        struct error error;
        policy_facts_init(&facts);
        if (json_parse(inputs->text[i], FACTS_BYTES_MAX, &document, &error) ||
            policy_facts_read(&facts, document, &error))
            abort();
        json_free(document);
        policy_evaluate(policy, &facts, &decision);
        buffer_clear(out);
        json_writer_init(&writer, out);
        policy_certificate_write(&writer, policy, &facts, &decision);
        json_writer_done(&writer);
        sum += out->length;
    }
    return sum;
}

static struct rates rates_of(round_function *round, const struct policy *policy, const struct inputs *inputs,
                             double seconds)
{
    struct buffer out;
    volatile uint64_t sum = 0;
    buffer_init(&out, CERTIFICATE_BYTES_MAX);
    sum += round(policy, inputs, &out);
    double start = clock_s(CLOCK_MONOTONIC), cpu_start = clock_s(CLOCK_PROCESS_CPUTIME_ID), end = start, count = 0;
    while (end - start < seconds) {
        sum += round(policy, inputs, &out);
        count += inputs->count;
        end = clock_s(CLOCK_MONOTONIC);
    }
    double cpu_s = clock_s(CLOCK_PROCESS_CPUTIME_ID) - cpu_start;
    buffer_done(&out);
    return (struct rates){count / (end - start), count / cpu_s};
}

static int inputs_time(const struct policy *policy, struct arena *arena, const char *path, int64_t seconds)
{
    struct inputs *inputs = arena_new_object(arena, struct inputs);
    if (inputs_read(inputs, policy, arena, path))
        return 1;
    struct rates explained = rates_of(round_explained, policy, inputs, (double)seconds);
    struct rates text_to_text = rates_of(round_text_to_text, policy, inputs, (double)seconds);
    printf("{\"inputs\":%d,\"explained\":{\"perSecond\":%.0f,\"perCpuSecond\":%.0f},"
           "\"textToText\":{\"perSecond\":%.0f,\"perCpuSecond\":%.0f}}\n",
           inputs->count, explained.per_s, explained.per_cpu_s, text_to_text.per_s, text_to_text.per_cpu_s);
    return 0;
}

static bool number_is(const char *argument, int64_t maximum, int64_t *ret)
{
    return text_to_int64(text_of(argument), ret, NULL) == 0 && *ret >= 1 && *ret <= maximum;
}

int main(int argc, char **argv)
{
    int64_t number;
    int result = 2;
    struct arena *arena = arena_new(64 << 20);
    const struct policy *policy = eight_policy(arena);
    if (argc == 3 && strcmp(argv[1], "inputs") == 0 && number_is(argv[2], INPUTS_MAX, &number))
        result = inputs_print(policy, number);
    else if (argc == 4 && strcmp(argv[1], "time") == 0 && number_is(argv[3], 60, &number))
        result = inputs_time(policy, arena, argv[2], number);
    else
        fprintf(stderr, "usage: ours inputs COUNT | ours time FILE SECONDS, with 1 to %d inputs, 1 to 60 seconds\n",
                INPUTS_MAX);
    arena_free(arena);
    return result;
}
