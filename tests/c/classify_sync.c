/*
 * Runs a model once and waits for it. A plain AscendCL program for the vendor's headers.
 *
 *     classify_sync MODEL OUTPUT INPUT...
 *
 * Each input of the model needs one INPUT file of raw bytes. OUTPUT gets the bytes of all outputs.
 * Prints the class with the highest score. The first output must be scores in single precision.
 *
 *     cc classify_sync.c -o classify_sync -I INCLUDE -L LIB64 -lascendcl
 */
#include <stdio.h>
#include <stdlib.h>

#include "acl/acl.h"

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

static aclrtRunMode run_mode;

static void read_file(const char *path, void *bytes, size_t size)
{
    FILE *file = fopen(path, "rb");
    REQUIRE(file != NULL);
    REQUIRE(fread(bytes, 1, size, file) == size);
    REQUIRE(fgetc(file) == EOF);
    fclose(file);
}

/* Fills device memory from a file: directly on the device itself, else by way of host memory. */
static void upload(const char *path, void *device, size_t size)
{
    void *host = device;
    if (run_mode == ACL_HOST) {
        CHECK(aclrtMallocHost(&host, size));
    }
    read_file(path, host, size);
    if (run_mode == ACL_HOST) {
        CHECK(aclrtMemcpy(device, size, host, size, ACL_MEMCPY_HOST_TO_DEVICE));
        CHECK(aclrtFreeHost(host));
    }
}

/* Copies device memory to host memory. The caller releases the result with free. */
static void *download(const void *device, size_t size)
{
    void *bytes = malloc(size);
    REQUIRE(bytes != NULL);
    aclrtMemcpyKind kind = run_mode == ACL_HOST ? ACL_MEMCPY_DEVICE_TO_HOST : ACL_MEMCPY_DEVICE_TO_DEVICE;
    CHECK(aclrtMemcpy(bytes, size, device, size, kind));
    return bytes;
}

/* Creates a dataset with device memory for each port, of the model's sizes. */
static aclmdlDataset *make_dataset(aclmdlDesc *desc, size_t count, size_t (*size_of)(aclmdlDesc *, size_t))
{
    aclmdlDataset *dataset = aclmdlCreateDataset();
    REQUIRE(dataset != NULL);
    for (size_t i = 0; i < count; i++) {
        void *device = NULL;
        size_t size = size_of(desc, i);
        CHECK(aclrtMalloc(&device, size, ACL_MEM_MALLOC_HUGE_FIRST));
        aclDataBuffer *buffer = aclCreateDataBuffer(device, size);
        REQUIRE(buffer != NULL);
        CHECK(aclmdlAddDatasetBuffer(dataset, buffer));
    }
    return dataset;
}

static void destroy_dataset(aclmdlDataset *dataset)
{
    for (size_t i = 0; i < aclmdlGetDatasetNumBuffers(dataset); i++) {
        aclDataBuffer *buffer = aclmdlGetDatasetBuffer(dataset, i);
        CHECK(aclrtFree(aclGetDataBufferAddr(buffer)));
        CHECK(aclDestroyDataBuffer(buffer));
    }
    CHECK(aclmdlDestroyDataset(dataset));
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: classify_sync MODEL OUTPUT INPUT...\n");
        return 2;
    }
    CHECK(aclInit(NULL));
    CHECK(aclrtSetDevice(0));
    aclrtContext context = NULL;
    CHECK(aclrtCreateContext(&context, 0));
    CHECK(aclrtGetRunMode(&run_mode));

    /* The program supplies the memory of the model. */
    size_t work_size = 0, weight_size = 0;
    void *work = NULL, *weights = NULL;
    CHECK(aclmdlQuerySize(argv[1], &work_size, &weight_size));
    CHECK(aclrtMalloc(&work, work_size, ACL_MEM_MALLOC_HUGE_FIRST));
    CHECK(aclrtMalloc(&weights, weight_size, ACL_MEM_MALLOC_HUGE_FIRST));
    uint32_t model = 0;
    CHECK(aclmdlLoadFromFileWithMem(argv[1], &model, work, work_size, weights, weight_size));
    aclmdlDesc *desc = aclmdlCreateDesc();
    CHECK(aclmdlGetDesc(desc, model));
    size_t inputs = aclmdlGetNumInputs(desc), outputs = aclmdlGetNumOutputs(desc);
    REQUIRE(inputs == (size_t)argc - 3 && inputs <= MAX_PORTS && outputs >= 1);

    aclmdlDataset *input = make_dataset(desc, inputs, aclmdlGetInputSizeByIndex);
    aclmdlDataset *output = make_dataset(desc, outputs, aclmdlGetOutputSizeByIndex);
    for (size_t i = 0; i < inputs; i++) {
        aclDataBuffer *buffer = aclmdlGetDatasetBuffer(input, i);
        upload(argv[3 + i], aclGetDataBufferAddr(buffer), aclGetDataBufferSizeV2(buffer));
    }
    CHECK(aclmdlExecute(model, input, output));

    FILE *file = fopen(argv[2], "wb");
    REQUIRE(file != NULL);
    for (size_t i = 0; i < outputs; i++) {
        aclDataBuffer *buffer = aclmdlGetDatasetBuffer(output, i);
        size_t size = aclGetDataBufferSizeV2(buffer);
        void *bytes = download(aclGetDataBufferAddr(buffer), size);
        REQUIRE(fwrite(bytes, 1, size, file) == size);
        if (i == 0 && aclmdlGetOutputDataType(desc, 0) == ACL_FLOAT) {
            const float *scores = bytes;
            size_t best = 0;
            for (size_t k = 1; k < size / sizeof(float); k++) {
                best = scores[k] > scores[best] ? k : best;
            }
            printf("class %zu score %.6f\n", best, scores[best]);
        }
        free(bytes);
    }
    REQUIRE(fclose(file) == 0);

    destroy_dataset(input);
    destroy_dataset(output);
    CHECK(aclmdlDestroyDesc(desc));
    CHECK(aclmdlUnload(model));
    CHECK(aclrtFree(work));
    CHECK(aclrtFree(weights));
    CHECK(aclrtDestroyContext(context));
    CHECK(aclrtResetDevice(0));
    CHECK(aclFinalize());
    return 0;
}
