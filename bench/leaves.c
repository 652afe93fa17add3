/* SPDX-License-Identifier: Apache-2.0 */
/* Leaves copied with their commitments and hashes made anew, tiles as the log makes them, and one signed head at the end. */
#include "leaves.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/sign.h"
#include "base/text.h"
#include "evidence/checkpoint.h"
#include "evidence/leaf.h"
#include "evidence/log.h"

#define CHAIN_LEAVES_MAX 16

struct chain_leaf {
    char kind[40];
    struct buffer body, item;
};
struct leaves {
    sqlite3 *database;
    sqlite3_stmt *read_chain, *add_leaf, *add_tile;
    struct evidence_log log;
    struct buffer body, item;
    char subject[ID_BYTES], origin[200];
    uint8_t seed[SIGN_SEED_BYTES];
    struct chain_leaf chain[CHAIN_LEAVES_MAX];
    int chain_count;
};

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "leaves: %s: %s\n", what, why ? why : "");
    exit(1);
}

static sqlite3_stmt *prepare(sqlite3 *database, const char *sql)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK)
        fail("the database", sqlite3_errmsg(database));
    return statement;
}

static void step_once(sqlite3 *database, sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE)
        fail("the database", sqlite3_errmsg(database));
    sqlite3_reset(statement);
}

static struct text column_blob(sqlite3_stmt *statement, int column)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    return (struct text){bytes, (size_t)sqlite3_column_bytes(statement, column)};
}

static void overwrite(struct buffer *text, const char *old, const char *new)
{
    size_t length = strlen(old);
    for (char *at = text->data; (at = memmem(at, (size_t)(text->data + text->length - at), old, length)); at += length)
        memcpy(at, new, length);
}

/* Puts 64 hexadecimal digits behind a member's name. */
static void overwrite_hash(struct buffer *body, const char *member, const uint8_t hash[static HASH_BYTES])
{
    struct buffer hex;
    char *at = memmem(body->data, body->length, member, strlen(member));
    if (!at)
        fail("a leaf has no member", member);
    buffer_init(&hex, 2 * HASH_BYTES);
    buffer_add_hex(&hex, hash, HASH_BYTES);
    memcpy(at + strlen(member), hex.data, hex.length);
    buffer_done(&hex);
}

static int tile_add(void *context, unsigned level, uint64_t number, const uint8_t hashes[static EVIDENCE_TILE_BYTES],
                    struct error *error)
{
    (void)error;
    struct leaves *leaves = context;
    sqlite3_bind_int64(leaves->add_tile, 1, level);
    sqlite3_bind_int64(leaves->add_tile, 2, (int64_t)number);
    sqlite3_bind_blob(leaves->add_tile, 3, hashes, EVIDENCE_TILE_BYTES, SQLITE_STATIC);
    step_once(leaves->database, leaves->add_tile);
    return 0;
}

static int tile_known(void *context, unsigned level, uint64_t number, const uint8_t hashes[static EVIDENCE_TILE_BYTES],
                      struct error *error)
{
    (void)context;
    (void)level;
    (void)number;
    (void)hashes;
    (void)error;
    return 0;
}

static void log_append(struct leaves *leaves, struct text body, bool is_new)
{
    uint8_t hash[HASH_BYTES];
    struct evidence_tile_sink sink = {is_new ? tile_add : tile_known, leaves};
    struct error error;
    evidence_leaf_hash(body, hash);
    if (evidence_log_append(&leaves->log, hash, &sink, &error) < 0)
        fail("the log", error.message);
}

static void leaf_copy(struct leaves *leaves, int sequence, const char *subject, int64_t number,
                      uint8_t previous[static HASH_BYTES])
{
    const struct chain_leaf *leaf = &leaves->chain[sequence];
    uint8_t salt[EVIDENCE_SALT_BYTES] = {0}, commitment[HASH_BYTES];
    memcpy(salt, &number, sizeof number);
    salt[sizeof number] = (uint8_t)sequence;
    buffer_clear(&leaves->body);
    buffer_clear(&leaves->item);
    buffer_add_text(&leaves->body, buffer_text(&leaf->body));
    buffer_add_text(&leaves->item, buffer_text(&leaf->item));
    overwrite(&leaves->body, leaves->subject, subject);
    overwrite(&leaves->item, leaves->subject, subject);
    evidence_commitment(salt, buffer_text(&leaves->item), commitment);
    overwrite_hash(&leaves->body, "\"cm\":\"", commitment);
    if (sequence)
        overwrite_hash(&leaves->body, "\"prev\":\"", previous);
    hash_sha256(leaves->body.data, leaves->body.length, previous);
    sqlite3_bind_int64(leaves->add_leaf, 1, (int64_t)leaves->log.range.size);
    sqlite3_bind_text(leaves->add_leaf, 2, subject, -1, SQLITE_STATIC);
    sqlite3_bind_int(leaves->add_leaf, 3, sequence + 1);
    sqlite3_bind_text(leaves->add_leaf, 4, leaf->kind, -1, SQLITE_STATIC);
    sqlite3_bind_blob(leaves->add_leaf, 5, leaves->body.data, (int)leaves->body.length, SQLITE_STATIC);
    sqlite3_bind_blob(leaves->add_leaf, 6, salt, sizeof salt, SQLITE_STATIC);
    sqlite3_bind_blob(leaves->add_leaf, 7, leaves->item.data, (int)leaves->item.length, SQLITE_STATIC);
    step_once(leaves->database, leaves->add_leaf);
    log_append(leaves, buffer_text(&leaves->body), true);
}

void leaves_copy(struct leaves *leaves, const char *subject, int64_t number)
{
    uint8_t previous[HASH_BYTES];
    for (int sequence = 0; sequence < leaves->chain_count; sequence++)
        leaf_copy(leaves, sequence, subject, number, previous);
}

static void chain_clear(struct leaves *leaves)
{
    while (leaves->chain_count > 0) {
        struct chain_leaf *leaf = &leaves->chain[--leaves->chain_count];
        buffer_done(&leaf->body);
        buffer_done(&leaf->item);
    }
}

void leaves_choose(struct leaves *leaves, const char *subject)
{
    chain_clear(leaves);
    snprintf(leaves->subject, sizeof leaves->subject, "%s", subject);
    sqlite3_bind_text(leaves->read_chain, 1, subject, -1, SQLITE_STATIC);
    while (sqlite3_step(leaves->read_chain) == SQLITE_ROW) {
        if (leaves->chain_count == CHAIN_LEAVES_MAX)
            fail("a chain is too long", subject);
        struct chain_leaf *leaf = &leaves->chain[leaves->chain_count++];
        snprintf(leaf->kind, sizeof leaf->kind, "%s", (const char *)sqlite3_column_text(leaves->read_chain, 0));
        buffer_init(&leaf->body, LIMIT_LEAF_BYTES);
        buffer_init(&leaf->item, 64 * 1024);
        buffer_add_text(&leaf->body, column_blob(leaves->read_chain, 1));
        buffer_add_text(&leaf->item, column_blob(leaves->read_chain, 2));
    }
    sqlite3_reset(leaves->read_chain);
}

/* ---- opening and closing ---- */

static void seed_read(struct leaves *leaves, const char *state)
{
    char path[400];
    struct buffer hex;
    struct error error = {0};
    size_t length;
    snprintf(path, sizeof path, "%s/keys/log.key", state);
    buffer_init(&hex, 100);
    if (file_read_all(path, 100, &hex, &error) < 0 ||
        hex_decode((struct text){hex.data, 64}, leaves->seed, sizeof leaves->seed, &length) < 0)
        fail("the log's key", error.message);
    buffer_done(&hex);
}

static void origin_read(struct leaves *leaves)
{
    sqlite3_stmt *query = prepare(leaves->database, "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1");
    if (sqlite3_step(query) != SQLITE_ROW)
        fail("the log", "it has no head");
    struct text note = column_blob(query, 0);
    snprintf(leaves->origin, sizeof leaves->origin, "%.*s", (int)strcspn(note.data, "\n"), note.data);
    sqlite3_finalize(query);
}

struct leaves *leaves_open(sqlite3 *database, const char *state)
{
    struct leaves *leaves = calloc(1, sizeof *leaves);
    if (!leaves)
        abort();
    leaves->database = database;
    leaves->read_chain = prepare(database, "SELECT kind, body, item FROM leaf WHERE subject = ?1 ORDER BY sequence");
    leaves->add_leaf = prepare(database, "INSERT INTO leaf VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    leaves->add_tile = prepare(database, "INSERT INTO log_tile VALUES (?1, ?2, ?3)");
    buffer_init(&leaves->body, LIMIT_LEAF_BYTES);
    buffer_init(&leaves->item, 64 * 1024);
    seed_read(leaves, state);
    origin_read(leaves);
    evidence_log_init(&leaves->log);
    sqlite3_stmt *before = prepare(database, "SELECT body FROM leaf ORDER BY leaf_index");
    while (sqlite3_step(before) == SQLITE_ROW)
        log_append(leaves, column_blob(before, 0), false);
    sqlite3_finalize(before);
    return leaves;
}

static void head_add(struct leaves *leaves)
{
    uint8_t public_key[SIGN_PUBLIC_BYTES], secret[SIGN_SECRET_BYTES], root[HASH_BYTES];
    struct evidence_key key;
    struct error error = {0};
    struct buffer note;
    sign_keypair(leaves->seed, public_key, secret);
    if (evidence_key_make(leaves->origin, public_key, &key, &error) < 0)
        fail("the log's key", error.message);
    buffer_init(&note, 4096);
    evidence_range_root(&leaves->log.range, root);
    evidence_checkpoint_sign(leaves->log.range.size, root, &key, secret, &note);
    sqlite3_stmt *add =
        prepare(leaves->database,
                "INSERT INTO checkpoint (size, root, note, at) SELECT ?1, ?2, ?3, MAX(at) FROM checkpoint");
    sqlite3_bind_int64(add, 1, (int64_t)leaves->log.range.size);
    sqlite3_bind_blob(add, 2, root, HASH_BYTES, SQLITE_STATIC);
    sqlite3_bind_text(add, 3, note.data, (int)note.length, SQLITE_STATIC);
    step_once(leaves->database, add);
    sqlite3_finalize(add);
    buffer_done(&note);
}

void leaves_close(struct leaves *leaves)
{
    head_add(leaves);
    chain_clear(leaves);
    sqlite3_finalize(leaves->read_chain);
    sqlite3_finalize(leaves->add_leaf);
    sqlite3_finalize(leaves->add_tile);
    buffer_done(&leaves->body);
    buffer_done(&leaves->item);
    free(leaves);
}
