/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-2 against FIPS 180-4, HMAC against RFC 4231, streams against whole texts, and threads against each other. */
#include "base/test_support.h"

#include <pthread.h>
#include <string.h>

#include "base/hash.h"

static void hash_is(const uint8_t hash[static HASH_BYTES], const char *hex)
{
    char text[HASH_HEX_BYTES];
    hash_hex(hash, text);
    assert_string_equal(text, hex);
}

static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

static void sha256_gives_the_published_values(void **state)
{
    (void)state;
    uint8_t hash[HASH_BYTES];
    hash_sha256(NULL, 0, hash);
    hash_is(hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    hash_sha256("abc", 3, hash);
    hash_is(hash, abc);
    hash_sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, hash);
    hash_is(hash, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    const struct text parts[] = {TEXT_LITERAL("a"), {NULL, 0}, TEXT_LITERAL("bc")};
    hash_sha256_parts(parts, 3, hash);
    hash_is(hash, abc);
    hash_sha256_parts(NULL, 0, hash);
    hash_is(hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void sha512_gives_the_published_value(void **state)
{
    (void)state;
    uint8_t hash[64];
    struct buffer hex;
    buffer_init(&hex, 200);
    hash_sha512("abc", 3, hash);
    buffer_add_hex(&hex, hash, sizeof hash);
    assert_string_equal(hex.data, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                                  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
    buffer_done(&hex);
}

static void hmac_gives_the_values_of_rfc_4231(void **state)
{
    (void)state;
    uint8_t key[131], data[50], hash[HASH_BYTES];
    memset(key, 0x0b, 20);
    hash_hmac_sha256(key, 20, &TEXT_LITERAL("Hi There"), 1, hash);
    hash_is(hash, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    const struct text parts[] = {TEXT_LITERAL("what do ya want "), TEXT_LITERAL("for nothing?")};
    hash_hmac_sha256("Jefe", 4, parts, 2, hash);
    hash_is(hash, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    memset(data, 0xdd, sizeof data);
    hash_hmac_sha256(key, 20, &(struct text){(char *)data, sizeof data}, 1, hash);
    hash_is(hash, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    hash_hmac_sha256(key, 131, &TEXT_LITERAL("Test Using Larger Than Block-Size Key - Hash Key First"), 1, hash);
    hash_is(hash, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void an_empty_key_is_not_the_last_key(void **state)
{
    (void)state;
    uint8_t hash[HASH_BYTES];
    hash_hmac_sha256("Jefe", 4, &TEXT_LITERAL("x"), 1, hash);
    hash_hmac_sha256(NULL, 0, NULL, 0, hash);
    hash_is(hash, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void a_stream_equals_the_whole(void **state)
{
    (void)state;
    uint8_t data[1000], whole[HASH_BYTES], streamed[HASH_BYTES];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 31);
    hash_sha256(data, sizeof data, whole);
    for (size_t step = 1; step < 200; step += 13) {
        struct hash_stream *stream = hash_stream_new();
        for (size_t at = 0; at < sizeof data; at += step)
            hash_stream_add(stream, data + at, sizeof data - at < step ? sizeof data - at : step);
        hash_stream_end(stream, streamed);
        hash_stream_free(stream);
        assert_true(hash_equal(whole, streamed, HASH_BYTES));
    }
    streamed[31] ^= 1;
    assert_false(hash_equal(whole, streamed, HASH_BYTES));
    assert_true(hash_equal(NULL, NULL, 0));
    hash_stream_free(NULL);
}

static void *hash_often(void *result)
{
    uint8_t hash[HASH_BYTES];
    char text[HASH_HEX_BYTES];
    for (int i = 0; i < 2000; i++) {
        hash_sha256("abc", 3, hash);
        hash_hex(hash, text);
        if (strcmp(text, abc) != 0)
            return result;
        hash_hmac_sha256("Jefe", 4, &TEXT_LITERAL("what do ya want for nothing?"), 1, hash);
        if (hash[0] != 0x5b || hash[31] != 0x43)
            return result;
    }
    return NULL;
}

static void threads_do_not_disturb_each_other(void **state)
{
    (void)state;
    pthread_t threads[4];
    int wrong;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hash_often, &wrong), 0);
    for (size_t i = 0; i < 4; i++) {
        void *result;
        pthread_join(threads[i], &result);
        assert_null(result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_gives_the_published_values), cmocka_unit_test(sha512_gives_the_published_value),
        cmocka_unit_test(hmac_gives_the_values_of_rfc_4231), cmocka_unit_test(an_empty_key_is_not_the_last_key),
        cmocka_unit_test(a_stream_equals_the_whole),         cmocka_unit_test(threads_do_not_disturb_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
