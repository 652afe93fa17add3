/* SPDX-License-Identifier: Apache-2.0 */
/* Notes, checkpoints, proof files and statements: published examples, our own round trips, and malformed ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/error.h"
#include "evidence/checkpoint.h"
#include "evidence/dsse.h"

/* The example of golang.org/x/mod/sumdb/note. */
static const char neumann_vkey[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char neumann_note[] =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\xe2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

struct signer {
    struct evidence_key key;
    uint8_t secret[SIGN_SECRET_BYTES];
};

static void signer_init(struct signer *signer, const char *name, uint8_t seed_byte)
{
    uint8_t seed[SIGN_SEED_BYTES], public_key[SIGN_PUBLIC_BYTES];
    memset(seed, seed_byte, sizeof seed);
    sign_keypair(seed, public_key, signer->secret);
    assert_int_equal(evidence_key_make(name, public_key, &signer->key, NULL), 0);
}

static void the_published_example_verifies(void **state)
{
    (void)state;
    struct evidence_key key;
    struct text text;
    assert_int_equal(evidence_vkey_read(text_of(neumann_vkey), &key, NULL), 0);
    assert_string_equal(key.name, "PeterNeumann");
    assert_int_equal(evidence_note_open(text_of(neumann_note), &key, 1, &text, NULL), 0);
    assert_true(text_starts(text, "If you think"));
    char again[EVIDENCE_VKEY_BYTES];
    evidence_vkey_write(&key, again);
    assert_string_equal(again, neumann_vkey);
}

static void every_changed_byte_of_the_example_is_refused(void **state)
{
    (void)state;
    struct evidence_key key;
    assert_int_equal(evidence_vkey_read(text_of(neumann_vkey), &key, NULL), 0);
    char bent[sizeof neumann_note];
    for (size_t at = 0; at < sizeof neumann_note - 1; at++)
        for (int bit = 0; bit < 8; bit++) {
            memcpy(bent, neumann_note, sizeof bent);
            bent[at] = (char)(bent[at] ^ (1 << bit));
            struct text text;
            assert_int_equal(evidence_note_open((struct text){bent, sizeof bent - 1}, &key, 1, &text, NULL), -1);
        }
}

static void a_verifier_key_whose_id_does_not_fit_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T=",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct evidence_key key;
        struct error error = {0};
        assert_int_equal(evidence_vkey_read(text_of(bad[i]), &key, &error), -1);
        assert_int_equal(error.code, ERROR_NOTE_MALFORMED);
    }
}

static void signatures_of_strangers_are_ignored_and_a_bad_one_of_ours_refuses_the_note(void **state)
{
    (void)state;
    struct signer ours, stranger, impostor;
    signer_init(&ours, "log.example/2026", 1);
    signer_init(&stranger, "witness.example", 2);
    signer_init(&impostor, "log.example/2026", 3);
    struct buffer mine, other;
    struct text text;
    struct error error = {0};
    buffer_init(&mine, 4096);
    buffer_init(&other, 4096);
    struct text body = TEXT_LITERAL("hello\n\nagain\n");
    assert_int_equal(evidence_note_sign(body, &ours.key, ours.secret, &mine, NULL), 0);
    assert_int_equal(evidence_note_sign(body, &stranger.key, stranger.secret, &other, NULL), 0);
    assert_int_equal(evidence_note_open(buffer_text(&other), &ours.key, 1, &text, &error), -1);
    assert_int_equal(error.code, ERROR_NOTE_UNSIGNED);
    /* Both signatures on one note. */
    buffer_add_string(&mine, other.data + body.length + 1);
    assert_int_equal(evidence_note_open(buffer_text(&mine), &ours.key, 1, &text, NULL), 0);
    assert_true(text_equal(text, body));
    assert_int_equal(evidence_note_open(buffer_text(&mine), &stranger.key, 1, &text, NULL), 0);
    assert_int_equal(evidence_note_open(buffer_text(&mine), &impostor.key, 1, &text, &error), -1);
    assert_int_equal(error.code, ERROR_NOTE_UNSIGNED);
    /* A good signature of a known key does not outweigh a wrong one of another known key. */
    struct evidence_key both[2] = {ours.key, stranger.key};
    char *last = strrchr(mine.data, '=');
    assert_non_null(last);
    last[-3] = last[-3] == 'A' ? 'B' : 'A';
    assert_int_equal(evidence_note_open(buffer_text(&mine), both, 2, &text, &error), -1);
    assert_int_equal(error.code, ERROR_NOTE_SIGNATURE);
    assert_int_equal(evidence_note_open(buffer_text(&mine), &ours.key, 1, &text, NULL), 0);
    buffer_done(&other);
    buffer_done(&mine);
}

static void a_checkpoint_reads_back(void **state)
{
    (void)state;
    struct signer signer;
    struct evidence_checkpoint checkpoint;
    uint8_t root[HASH_BYTES];
    memset(root, 0x5a, sizeof root);
    signer_init(&signer, "log.example/2026", 1);
    struct buffer out;
    buffer_init(&out, 4096);
    evidence_checkpoint_sign(1234567, root, &signer.key, signer.secret, &out);
    assert_int_equal(evidence_checkpoint_open(buffer_text(&out), &signer.key, &checkpoint, NULL), 0);
    assert_string_equal(checkpoint.origin, "log.example/2026");
    assert_int_equal(checkpoint.size, 1234567);
    assert_memory_equal(checkpoint.root, root, HASH_BYTES);
    buffer_done(&out);
}

/* Signed by the right key and still refused: strictness does not rest on the signer. */
static void malformed_checkpoints_are_refused_even_when_signed(void **state)
{
    (void)state;
#define ROOT "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo="
    static const struct {
        const char *text;
        size_t length;
        bool good;
    } cases[] = {
#define CASE(text, good) {text, sizeof(text) - 1, good}
        CASE("log.example/2026\n5\n" ROOT "\n", true),
        CASE("log.example/2026\n5\n" ROOT "\nextension\n", true),
        CASE("log.example/2026\n0\n" ROOT "\n", true),
        CASE("log.example/2026\n05\n" ROOT "\n", false),
        CASE("log.example/2026\n+5\n" ROOT "\n", false),
        CASE("log.example/2026\n-5\n" ROOT "\n", false),
        CASE("log.example/2026\n\n" ROOT "\n", false),
        CASE("log.example/2026\n9223372036854775807\n" ROOT "\n", true),
        CASE("log.example/2026\n9223372036854775808\n" ROOT "\n", false),
        CASE("log.example/2026\n5 \n" ROOT "\n", false),
        CASE("log.example/2026\n5\nWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlp=\n", false),
        CASE("log.example/2026\n5\nWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo\n", false),
        CASE("log.example/2026\n5\nWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWg==\n", false),
        CASE("log.example/2026\n5\n" ROOT "\n\n", false),
        CASE("log.example/2026\n5\n" ROOT "\n\nextension\n", false),
        CASE("log.example/2026\r\n5\n" ROOT "\n", false),
        CASE("log.example/2026\n5\n" ROOT "\nnul \0 here\n", false),
        CASE("log.example/2026\n5\n" ROOT "\n\xff\n", false),
        CASE("log.example/2025\n5\n" ROOT "\n", false),
        CASE("log.example/2026\n5\n", false),
        CASE("\n5\n" ROOT "\n", false),
#undef CASE
    };
    struct signer signer;
    signer_init(&signer, "log.example/2026", 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer note;
        uint8_t blob[4 + SIGN_BYTES];
        struct text text = {cases[i].text, cases[i].length};
        buffer_init(&note, 4096);
        memcpy(blob, signer.key.id, 4);
        sign_make(signer.secret, text, blob + 4);
        buffer_add_text(&note, text);
        buffer_add_string(&note, "\n\xe2\x80\x94 log.example/2026 ");
        buffer_add_base64(&note, blob, sizeof blob);
        buffer_add_char(&note, '\n');
        struct evidence_checkpoint checkpoint;
        struct error error = {0};
        int status = evidence_checkpoint_open(buffer_text(&note), &signer.key, &checkpoint, &error);
        if (status != (cases[i].good ? 0 : -1))
            fail_msg("case %zu: %s", i, error.message);
        if (status)
            assert_int_equal(error.code, ERROR_NOTE_MALFORMED);
        buffer_done(&note);
    }
}

static void malformed_signature_blocks_are_refused(void **state)
{
    (void)state;
    static const char *const notes[] = {
        "",
        "\n",
        "\n\n",
        "text\n",
        "text\n\n",
        "text\n\nno dash\n",
        "text\n\n\xe2\x80\x94 name\n",
        "text\n\n\xe2\x80\x94 name !!!!\n",
        "text\n\n\xe2\x80\x94 name AAAA\n",
        "text\n\n\xe2\x80\x94  AAAAAAAA\n",
        "text\n\n\xe2\x80\x94 na+me AAAAAAAA\n",
        "text\n\n\xe2\x80\x94 name AAAAAAAA",
        "text\n\n\xe2\x80\x94 name AAAAAAB=\n",
        "text\n\n\xe2\x80\x94 name AAAAAAAA\n\n",
    };
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        struct text text;
        struct error error = {0};
        if (evidence_note_split(text_of(notes[i]), &text, &error) != -1)
            fail_msg("case %zu was taken", i);
        assert_int_equal(error.code, ERROR_NOTE_MALFORMED);
    }
}

static void a_proof_file_reads_back_and_its_variants_are_refused(void **state)
{
    (void)state;
    struct evidence_tlog_proof proof = {.index = 7, .note = text_of(neumann_note)}, again;
    proof.path.length = 2;
    memset(proof.path.hashes[0], 1, HASH_BYTES);
    memset(proof.path.hashes[1], 2, HASH_BYTES);
    struct buffer out;
    buffer_init(&out, 4096);
    evidence_tlog_proof_write(&proof, &out);
    assert_int_equal(evidence_tlog_proof_read(buffer_text(&out), &again, NULL), 0);
    assert_int_equal(again.index, 7);
    assert_int_equal(again.path.length, 2);
    assert_memory_equal(again.path.hashes, proof.path.hashes, 2 * HASH_BYTES);
    assert_true(text_equal(again.note, proof.note));
    buffer_done(&out);
#define HASH1 "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
    assert_int_equal(
        evidence_tlog_proof_read(text_of("c2sp.org/tlog-proof@v1\nextra AAAA\nindex 0\n\nnote\n"), &again, NULL), 0);
    static const char *const bad[] = {
        "c2sp.org/tlog-proof@v2\nindex 0\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex -1\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nextra A\nindex 0\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n\n",
        ("c2sp.org/tlog-proof@v1\nindex 0\n" HASH1 "x\n\nnote\n"),
        ("c2sp.org/tlog-proof@v1\nindex 0\n" HASH1 "\r\n\nnote\n"),
        "c2sp.org/tlog-proof@v1\nindex 0\nAQEB\n\nnote\n",
        ("c2sp.org/tlog-proof@v1\nindex 0\n" HASH1),
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error error = {0};
        if (evidence_tlog_proof_read(text_of(bad[i]), &again, &error) != -1)
            fail_msg("case %zu was taken", i);
        assert_int_equal(error.code, ERROR_PROOF_MALFORMED);
    }
}

static void a_path_of_more_than_63_hashes_is_refused(void **state)
{
    (void)state;
    struct buffer out;
    struct evidence_path path;
    struct text rest;
    buffer_init(&out, 8192);
    for (int i = 0; i < 63; i++)
        buffer_add_string(&out, HASH1 "\n");
    assert_int_equal(evidence_path_read(buffer_text(&out), &path, &rest, NULL), 0);
    assert_int_equal(path.length, 63);
    buffer_add_string(&out, HASH1 "\n");
    assert_int_equal(evidence_path_read(buffer_text(&out), &path, &rest, NULL), -1);
    buffer_done(&out);
}

static void the_pre_authentication_encoding_is_that_of_the_specification(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 200);
    evidence_dsse_pae(TEXT_LITERAL("http://example.com/HelloWorld"), TEXT_LITERAL("hello world"), &out);
    assert_string_equal(out.data, "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    buffer_done(&out);
}

static void a_statement_opens_with_its_key_and_no_other(void **state)
{
    (void)state;
    struct signer ours, other;
    signer_init(&ours, "supplier.example", 1);
    signer_init(&other, "supplier.example", 2);
    struct arena *arena = arena_new(1 << 20);
    struct buffer out;
    struct text type, body, statement = TEXT_LITERAL("{\"card\":\"crd_1\",\"redeemed\":false}");
    struct error error = {0};
    buffer_init(&out, 8192);
    evidence_dsse_sign(text_of(EVIDENCE_UNUSED_CERT_TYPE), statement, &ours.key, ours.secret, &out);
    assert_int_equal(evidence_dsse_open(buffer_text(&out), &ours.key, 1, arena, &type, &body, &error), 0);
    assert_true(text_is(type, EVIDENCE_UNUSED_CERT_TYPE));
    assert_true(text_equal(body, statement));
    assert_int_equal(evidence_dsse_open(buffer_text(&out), &other.key, 1, arena, &type, &body, &error), -1);
    assert_int_equal(error.code, ERROR_STATEMENT_SIGNATURE);
    assert_int_equal(evidence_dsse_open(buffer_text(&out), NULL, 0, arena, &type, &body, &error), -1);
    for (size_t at = 0; at < out.length; at++) {
        out.data[at] ^= 1;
        assert_int_equal(evidence_dsse_open(buffer_text(&out), &ours.key, 1, arena, &type, &body, &error), -1);
        assert_true(error.code == ERROR_STATEMENT_MALFORMED || error.code == ERROR_STATEMENT_SIGNATURE);
        out.data[at] ^= 1;
    }
    buffer_done(&out);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_example_verifies),
        cmocka_unit_test(every_changed_byte_of_the_example_is_refused),
        cmocka_unit_test(a_verifier_key_whose_id_does_not_fit_is_refused),
        cmocka_unit_test(signatures_of_strangers_are_ignored_and_a_bad_one_of_ours_refuses_the_note),
        cmocka_unit_test(a_checkpoint_reads_back),
        cmocka_unit_test(malformed_checkpoints_are_refused_even_when_signed),
        cmocka_unit_test(malformed_signature_blocks_are_refused),
        cmocka_unit_test(a_proof_file_reads_back_and_its_variants_are_refused),
        cmocka_unit_test(a_path_of_more_than_63_hashes_is_refused),
        cmocka_unit_test(the_pre_authentication_encoding_is_that_of_the_specification),
        cmocka_unit_test(a_statement_opens_with_its_key_and_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
