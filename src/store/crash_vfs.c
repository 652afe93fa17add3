/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each file has a durable image and a list of what was written since its last sync. Reads go to the real file, which is what
 * the page cache would show. When the power fails, the real file becomes the image plus whatever the style keeps.
 * Deleting a name is not durable either, until a new file of that name was synced.
 */
#include "store/crash_vfs.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECTOR_BYTES 512

struct bytes {
    unsigned char *data;
    sqlite3_int64 length;
};

struct change {
    struct change *next;
    bool truncate;
    sqlite3_int64 offset;
    struct bytes bytes;
};

struct image {
    struct image *next;
    char *path;
    struct bytes durable, ghost; /* ghost: the file that the name meant before it was deleted */
    bool exists, has_ghost;
    struct change *first, **last;
};

struct crash_file {
    sqlite3_file base;
    struct image *image; /* NULL: not followed */
    sqlite3_file *real;
};

/* One plan per process; the processes are children of a test. */
static struct crash_plan plan;
static struct image *images;
static sqlite3_vfs *real_vfs, crash_vfs;
static unsigned operations, syncs;
static bool armed;
static uint64_t random_state;

static uint32_t random_next(void)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(random_state >> 33);
}

static void *grow(void *memory, size_t bytes)
{
    void *grown = realloc(memory, bytes + 1);
    if (!grown)
        abort();
    return grown;
}

/* --- images --- */

static struct image *image_of(const char *path)
{
    for (struct image *image = images; image; image = image->next) {
        if (!strcmp(image->path, path))
            return image;
    }
    struct image *image = calloc(1, sizeof *image);
    if (!image || !(image->path = strdup(path)))
        abort();
    image->last = &image->first;
    image->next = images;
    images = image;
    return image;
}

static void reserve(struct bytes *bytes, sqlite3_int64 length)
{
    if (length <= bytes->length)
        return;
    bytes->data = grow(bytes->data, (size_t)length);
    memset(bytes->data + bytes->length, 0, (size_t)(length - bytes->length));
    bytes->length = length;
}

/* sectors: NULL for all, otherwise a coin for each. */
static void apply(struct bytes *to, const struct change *change, bool torn)
{
    if (change->truncate) {
        if (to->length > change->offset)
            to->length = change->offset;
        return;
    }
    for (sqlite3_int64 at = 0; at < change->bytes.length; at += SECTOR_BYTES) {
        if (torn && random_next() % 2)
            continue;
        sqlite3_int64 part = change->bytes.length - at < SECTOR_BYTES ? change->bytes.length - at : SECTOR_BYTES;
        reserve(to, change->offset + at + part);
        memcpy(to->data + change->offset + at, change->bytes.data + at, (size_t)part);
    }
}

static void changes_forget(struct image *image)
{
    while (image->first) {
        struct change *next = image->first->next;
        free(image->first->bytes.data);
        free(image->first);
        image->first = next;
    }
    image->last = &image->first;
}

static void make_durable(struct image *image)
{
    for (struct change *change = image->first; change; change = change->next)
        apply(&image->durable, change, false);
    changes_forget(image);
    image->has_ghost = false;
}

static void change_add(struct image *image, bool truncate, sqlite3_int64 offset, const void *data, int length)
{
    struct change *change = calloc(1, sizeof *change);
    if (!change)
        abort();
    change->truncate = truncate;
    change->offset = offset;
    if (length > 0) {
        change->bytes.data = grow(NULL, (size_t)length);
        change->bytes.length = length;
        memcpy(change->bytes.data, data, (size_t)length);
    }
    *image->last = change;
    image->last = &change->next;
}

/* --- the power fails --- */

static void write_file(const char *path, const struct bytes *bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, bytes->data, (size_t)bytes->length) != bytes->length)
        abort();
    close(fd);
}

static bool keeps(unsigned index, unsigned first_part, bool whole_file)
{
    switch (plan.style) {
    case CRASH_DROP_ALL:
    case CRASH_STYLE_COUNT:
        return false;
    case CRASH_KEEP_ALL:
        return true;
    case CRASH_KEEP_SOME:
    case CRASH_KEEP_TORN:
        return random_next() % 2;
    case CRASH_KEEP_FIRST:
        return index < first_part;
    case CRASH_KEEP_OTHER_FILES:
        return whole_file;
    }
    abort();
}

static void leave_on_disk(struct image *image)
{
    bool whole_file = random_next() % 2;
    unsigned count = 0, index = 0;
    if (image->has_ghost && whole_file) {
        write_file(image->path, &image->ghost);
        return;
    }
    if (!image->exists) {
        unlink(image->path);
        return;
    }
    for (struct change *change = image->first; change; change = change->next)
        count++;
    unsigned first_part = random_next() % (count + 1);
    for (struct change *change = image->first; change; change = change->next) {
        if (keeps(index++, first_part, whole_file))
            apply(&image->durable, change, plan.style == CRASH_KEEP_TORN);
    }
    write_file(image->path, &image->durable);
}

static void cut_power(void)
{
    for (struct image *image = images; image; image = image->next)
        leave_on_disk(image);
    _exit(CRASH_EXIT);
}

/* Counts one operation. True: it fails. */
static bool operation_fails(void)
{
    if (!armed)
        return false;
    operations++;
    if (operations == plan.power_at)
        cut_power();
    if (plan.fault == CRASH_NONE)
        return false;
    return operations == plan.fault_at || (plan.fault_for_good && operations > plan.fault_at);
}

static int fault_code(int io_code)
{
    return plan.fault == CRASH_FULL ? SQLITE_FULL : io_code;
}

/* --- the file's methods --- */

static struct crash_file *crash_of(sqlite3_file *file)
{
    return (struct crash_file *)file;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return crash_of(file)->real;
}

static int file_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int file_read(sqlite3_file *file, void *data, int length, sqlite3_int64 offset)
{
    return real_of(file)->pMethods->xRead(real_of(file), data, length, offset);
}

static int file_write(sqlite3_file *file, const void *data, int length, sqlite3_int64 offset)
{
    struct image *image = crash_of(file)->image;
    if (image && operation_fails())
        return fault_code(SQLITE_IOERR_WRITE);
    if (image)
        change_add(image, false, offset, data, length);
    return real_of(file)->pMethods->xWrite(real_of(file), data, length, offset);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 length)
{
    struct image *image = crash_of(file)->image;
    if (image && operation_fails())
        return fault_code(SQLITE_IOERR_TRUNCATE);
    if (image)
        change_add(image, true, length, NULL, 0);
    return real_of(file)->pMethods->xTruncate(real_of(file), length);
}

static int file_sync(sqlite3_file *file, int flags)
{
    struct image *image = crash_of(file)->image;
    (void)flags; /* the real file needs no sync: the image is the disk */
    if (image && operation_fails())
        return fault_code(SQLITE_IOERR_FSYNC);
    if (image && armed && ++syncs == plan.forgetful_sync) {
        plan.power_at = operations + plan.power_after;
        changes_forget(image);
        return SQLITE_IOERR_FSYNC;
    }
    if (image)
        make_durable(image);
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int file_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int file_check_reserved(sqlite3_file *file, int *result)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), result);
}

static int file_control(sqlite3_file *file, int operation, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}

static int file_sector_size(sqlite3_file *file)
{
    (void)file;
    return SECTOR_BYTES;
}

/* Nothing is promised: no atomic writes, no order, and a torn write may damage its neighbours' sector. */
static int file_characteristics(sqlite3_file *file)
{
    (void)file;
    return 0;
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, ret);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int file_shm_unmap(sqlite3_file *file, int remove)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

/* What is there when the file is first seen counts as durable. */
static void image_load(struct image *image, sqlite3_file *real)
{
    sqlite3_int64 length = 0;
    image->exists = true;
    changes_forget(image);
    image->durable.length = 0;
    real->pMethods->xFileSize(real, &length);
    reserve(&image->durable, length);
    if (length > 0 && real->pMethods->xRead(real, image->durable.data, (int)length, 0) != SQLITE_OK)
        abort();
}

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *ret_flags)
{
    (void)vfs;
    struct crash_file *crash = crash_of(file);
    memset(crash, 0, sizeof *crash);
    crash->real = (sqlite3_file *)(crash + 1);
    int rc = real_vfs->xOpen(real_vfs, name, crash->real, flags, ret_flags);
    if (rc != SQLITE_OK)
        return rc;
    file->pMethods = &methods;
    if (name && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL))) {
        crash->image = image_of(name);
        if (!crash->image->exists)
            image_load(crash->image, crash->real);
    }
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_directory)
{
    (void)vfs;
    if (operation_fails())
        return fault_code(SQLITE_IOERR_DELETE);
    struct image *image = image_of(name);
    if (image->exists && !image->has_ghost) {
        image->ghost = image->durable;
        image->durable = (struct bytes){0};
        image->has_ghost = true;
    }
    if (sync_directory)
        image->has_ghost = false;
    image->exists = false;
    changes_forget(image);
    return real_vfs->xDelete(real_vfs, name, 0);
}

void crash_register(const struct crash_plan *new_plan)
{
    plan = *new_plan;
    random_state = plan.seed * 2 + 1;
    real_vfs = sqlite3_vfs_find(NULL);
    crash_vfs = *real_vfs;
    crash_vfs.zName = CRASH_VFS;
    crash_vfs.szOsFile = (int)sizeof(struct crash_file) + real_vfs->szOsFile;
    crash_vfs.xOpen = vfs_open;
    crash_vfs.xDelete = vfs_delete;
    crash_vfs.pNext = NULL;
    sqlite3_vfs_register(&crash_vfs, 0);
}

void crash_arm(void)
{
    armed = true;
    operations = 0;
}

bool crash_hit(void)
{
    return (plan.power_at && operations >= plan.power_at) || (plan.fault_at && operations >= plan.fault_at) ||
           (plan.forgetful_sync && syncs >= plan.forgetful_sync);
}
