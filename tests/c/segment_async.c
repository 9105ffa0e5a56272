/*
 * Runs a model on many pictures without waiting for each. It uses two streams, two slots and a
 * callback that receives the results. A plain AscendCL program for the vendor's headers.
 *
 *     segment_async MODEL OUTPUT PICTURE...
 *
 * The model has one input. Each PICTURE file contains its raw bytes. OUTPUT gets the bytes of all
 * outputs, picture by picture.
 *
 *     cc segment_async.c -o segment_async -I INCLUDE -L LIB64 -lascendcl -lpthread
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "acl/acl.h"

#define SLOTS 2
#define MAX_PORTS 16

/* Ends the program with the library's message when a call fails. */
#define CHECK(call)                                                                              \
    do {                                                                                         \
        aclError code_ = (call);                                                                 \
        if (code_ != ACL_SUCCESS) {                                                              \
            const char *text_ = aclGetRecentErrMsg();                                            \
            fprintf(stderr, "%s: error %d: %s\n", #call, code_, text_ == NULL ? "" : text_);     \
            exit(1);                                                                             \
        }                                                                                        \
    } while (0)

/* Ends the program when a condition of its own is not met. */
#define REQUIRE(condition)                                                    \
    do {                                                                      \
        if (!(condition)) {                                                   \
            fprintf(stderr, "line %d: not so: %s\n", __LINE__, #condition);   \
            exit(1);                                                          \
        }                                                                     \
    } while (0)

/* The resources of one picture. They are reused once its results are taken. */
struct slot {
    void *picture;                /* host memory */
    void *device;                 /* the model's input */
    size_t picture_size;
    void *results[MAX_PORTS];     /* host memory */
    void *outputs[MAX_PORTS];     /* device memory */
    size_t sizes[MAX_PORTS];
    size_t count;
    aclmdlDataset *input, *output;
    aclrtEvent uploaded;
    int busy;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t freed = PTHREAD_COND_INITIALIZER;
static FILE *out;
static volatile int serving = 1;

/* The thread that runs the callbacks. */
static void *serve(void *context)
{
    CHECK(aclrtSetCurrentContext(context));
    while (serving) {
        /* Not subscribed yet, or no callback for 50 ms: try again. */
        (void)aclrtProcessReport(50);
    }
    return NULL;
}

/* A callback: the results of a slot are in host memory. */
static void take_results(void *data)
{
    struct slot *slot = data;
    for (size_t i = 0; i < slot->count; i++) {
        REQUIRE(fwrite(slot->results[i], 1, slot->sizes[i], out) == slot->sizes[i]);
    }
    pthread_mutex_lock(&mutex);
    slot->busy = 0;
    pthread_cond_signal(&freed);
    pthread_mutex_unlock(&mutex);
}

static void tell_exception(aclrtExceptionInfo *info)
{
    fprintf(stderr, "task %u on stream %u failed with %u\n", aclrtGetTaskIdFromExceptionInfo(info),
        aclrtGetStreamIdFromExceptionInfo(info), aclrtGetErrorCodeFromExceptionInfo(info));
}

static aclmdlDataset *one_buffer_each(void **memory, const size_t *sizes, size_t count)
{
    aclmdlDataset *dataset = aclmdlCreateDataset();
    for (size_t i = 0; i < count; i++) {
        CHECK(aclmdlAddDatasetBuffer(dataset, aclCreateDataBuffer(memory[i], sizes[i])));
    }
    return dataset;
}

static void make_slot(struct slot *slot, aclmdlDesc *desc)
{
    slot->picture_size = aclmdlGetInputSizeByIndex(desc, 0);
    CHECK(aclrtMallocHost(&slot->picture, slot->picture_size));
    CHECK(aclrtMalloc(&slot->device, slot->picture_size, ACL_MEM_MALLOC_NORMAL_ONLY));
    slot->count = aclmdlGetNumOutputs(desc);
    REQUIRE(slot->count <= MAX_PORTS);
    for (size_t i = 0; i < slot->count; i++) {
        slot->sizes[i] = aclmdlGetOutputSizeByIndex(desc, i);
        CHECK(aclrtMalloc(&slot->outputs[i], slot->sizes[i], ACL_MEM_MALLOC_NORMAL_ONLY));
        CHECK(aclrtMallocHost(&slot->results[i], slot->sizes[i]));
    }
    slot->input = one_buffer_each(&slot->device, &slot->picture_size, 1);
    slot->output = one_buffer_each(slot->outputs, slot->sizes, slot->count);
    CHECK(aclrtCreateEvent(&slot->uploaded));
    slot->busy = 0;
}

static void destroy_dataset(aclmdlDataset *dataset)
{
    for (size_t i = 0; i < aclmdlGetDatasetNumBuffers(dataset); i++) {
        CHECK(aclDestroyDataBuffer(aclmdlGetDatasetBuffer(dataset, i)));
    }
    CHECK(aclmdlDestroyDataset(dataset));
}

static void destroy_slot(struct slot *slot)
{
    CHECK(aclrtDestroyEvent(slot->uploaded));
    destroy_dataset(slot->input);
    destroy_dataset(slot->output);
    CHECK(aclrtFreeHost(slot->picture));
    CHECK(aclrtFree(slot->device));
    for (size_t i = 0; i < slot->count; i++) {
        CHECK(aclrtFree(slot->outputs[i]));
        CHECK(aclrtFreeHost(slot->results[i]));
    }
}

static void wait_until_free(struct slot *slot)
{
    pthread_mutex_lock(&mutex);
    while (slot->busy) {
        pthread_cond_wait(&freed, &mutex);
    }
    pthread_mutex_unlock(&mutex);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: segment_async MODEL OUTPUT PICTURE...\n");
        return 2;
    }
    CHECK(aclInit(NULL));
    CHECK(aclrtSetExceptionInfoCallback(tell_exception));
    CHECK(aclrtSetDevice(0));
    aclrtContext context = NULL;
    aclrtStream upload = NULL, compute = NULL;
    aclrtRunMode run_mode;
    CHECK(aclrtCreateContext(&context, 0));
    CHECK(aclrtCreateStream(&upload));
    CHECK(aclrtCreateStream(&compute));
    CHECK(aclrtGetRunMode(&run_mode));
    aclrtMemcpyKind to_device = run_mode == ACL_HOST ? ACL_MEMCPY_HOST_TO_DEVICE : ACL_MEMCPY_DEVICE_TO_DEVICE;
    aclrtMemcpyKind to_host = run_mode == ACL_HOST ? ACL_MEMCPY_DEVICE_TO_HOST : ACL_MEMCPY_DEVICE_TO_DEVICE;

    uint32_t model = 0;
    CHECK(aclmdlLoadFromFile(argv[1], &model));
    aclmdlDesc *desc = aclmdlCreateDesc();
    CHECK(aclmdlGetDesc(desc, model));
    REQUIRE(aclmdlGetNumInputs(desc) == 1);

    out = fopen(argv[2], "wb");
    REQUIRE(out != NULL);
    pthread_t server;
    REQUIRE(pthread_create(&server, NULL, serve, context) == 0);
    CHECK(aclrtSubscribeReport((uint64_t)server, compute));

    struct slot slots[SLOTS];
    for (int i = 0; i < SLOTS; i++) {
        make_slot(&slots[i], desc);
    }
    for (int i = 3; i < argc; i++) {
        struct slot *slot = &slots[i % SLOTS];
        wait_until_free(slot);
        FILE *file = fopen(argv[i], "rb");
        REQUIRE(file != NULL);
        REQUIRE(fread(slot->picture, 1, slot->picture_size, file) == slot->picture_size);
        fclose(file);
        slot->busy = 1;
        /* One stream copies the picture. The other waits for the copy. */
        CHECK(aclrtMemcpyAsync(slot->device, slot->picture_size, slot->picture, slot->picture_size, to_device, upload));
        CHECK(aclrtRecordEvent(slot->uploaded, upload));
        CHECK(aclrtStreamWaitEvent(compute, slot->uploaded));
        CHECK(aclmdlExecuteAsync(model, slot->input, slot->output, compute));
        for (size_t k = 0; k < slot->count; k++) {
            CHECK(aclrtMemcpyAsync(slot->results[k], slot->sizes[k], slot->outputs[k], slot->sizes[k], to_host, compute));
        }
        CHECK(aclrtLaunchCallback(take_results, slot, ACL_CALLBACK_BLOCK, compute));
    }
    CHECK(aclrtSynchronizeStream(upload));
    CHECK(aclrtSynchronizeStream(compute));

    CHECK(aclrtUnSubscribeReport((uint64_t)server, compute));
    serving = 0;
    REQUIRE(pthread_join(server, NULL) == 0);
    REQUIRE(fclose(out) == 0);
    printf("%d pictures\n", argc - 3);

    for (int i = 0; i < SLOTS; i++) {
        destroy_slot(&slots[i]);
    }
    CHECK(aclmdlDestroyDesc(desc));
    CHECK(aclmdlUnload(model));
    CHECK(aclrtDestroyStream(upload));
    CHECK(aclrtDestroyStream(compute));
    CHECK(aclrtDestroyContext(context));
    CHECK(aclrtResetDevice(0));
    CHECK(aclFinalize());
    return 0;
}
