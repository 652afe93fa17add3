/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of gzip: what is joined from pieces opens to the pieces, one after the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/gzip.h"
#include "base/random.h"

/* Opens it as a browser would, and checks that nothing follows. */
static void open_and_compare(const struct buffer *packed, const struct buffer *wanted)
{
    size_t room = wanted->length + 100;
    char *out = malloc(room);
    assert_non_null(out);
    z_stream stream = {.next_in = (Bytef *)packed->data,
                       .avail_in = (uInt)packed->length,
                       .next_out = (Bytef *)out,
                       .avail_out = (uInt)room};
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK); /* gzip alone; it checks length and CRC */
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(stream.avail_in, 0);
    assert_int_equal(room - stream.avail_out, wanted->length);
    assert_memory_equal(out, wanted->data, wanted->length);
    inflateEnd(&stream);
    free(out);
}

/* Text that compresses, or noise that does not. */
static void fill(struct buffer *out, size_t length, bool is_noise, struct random *random)
{
    buffer_init(out, length + 1);
    for (size_t i = 0; i < length; i++)
        buffer_add_char(out, is_noise ? (char)random_below(random, 256) : "退款 refund; "[i % 15]);
    buffer_add(out, "", 0);
}

static void joined_pieces_open_to_what_they_were(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 1, 17, 1200, 40000, 300000};
    static struct random_seeded random;
    random_seeded_init(&random, 1);
    for (size_t a = 0; a < 6; a++)
        for (size_t b = 0; b < 6; b++)
            for (size_t c = 0; c < 6; c++) {
                struct buffer pieces[3], deflated, packed, wanted;
                struct gzip_part part;
                fill(&pieces[0], lengths[a], c == 2, &random.random);
                fill(&pieces[1], lengths[b], c == 3, &random.random);
                fill(&pieces[2], lengths[c], a == 4, &random.random);
                buffer_init(&deflated, 1000000);
                buffer_init(&packed, 2000000);
                buffer_init(&wanted, 1000001);
                gzip_part_make(buffer_text(&pieces[1]), &deflated, &part);
                gzip_join(&packed, buffer_text(&pieces[0]), &part, buffer_text(&pieces[2]));
                for (int i = 0; i < 3; i++)
                    buffer_add_text(&wanted, buffer_text(&pieces[i]));
                assert_false(packed.failed);
                open_and_compare(&packed, &wanted);
                for (int i = 0; i < 3; i++)
                    buffer_done(&pieces[i]);
                buffer_done(&deflated);
                buffer_done(&packed);
                buffer_done(&wanted);
            }
}

static void without_a_part_it_is_the_rest(void **state)
{
    (void)state;
    struct buffer packed, wanted;
    buffer_init(&packed, 1000);
    buffer_init(&wanted, 1000);
    gzip_join(&packed, (struct text){NULL, 0}, NULL, TEXT_LITERAL("{\"a\":1}"));
    buffer_add_string(&wanted, "{\"a\":1}");
    open_and_compare(&packed, &wanted);
    buffer_done(&packed);
    buffer_done(&wanted);
}

static void what_does_not_fit_is_a_failure_and_no_overrun(void **state)
{
    (void)state;
    struct buffer packed;
    buffer_init(&packed, 40);
    gzip_join(&packed, TEXT_LITERAL("a text that is longer than what is allowed for it"), NULL,
              TEXT_LITERAL("and more of it"));
    assert_true(packed.failed);
    buffer_done(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joined_pieces_open_to_what_they_were),
        cmocka_unit_test(without_a_part_it_is_the_rest),
        cmocka_unit_test(what_does_not_fit_is_a_failure_and_no_overrun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
