/*
 * The first process of bench/container: the guest's own init as far as the verified root and its modules, then
 * crun alone where the agent would be. It reads /bench of its initrd: "list" has a line "NAME SERIAL ROUNDS" for
 * each container, NAME.json is its OCI configuration. For each round it prints the microseconds that
 * "crun create" and "crun start" took, from the start of the process to its end. Mounts are made before.
 */
#define main guest_main
#include "init.c"
#undef main

#define PLACE "/run/bench"
#define MODULES_WAIT_MILLIS 60000

static void make_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        fail("write", path);
    close(fd);
}

static void copy_from(int directory, const char *name, const char *target)
{
    char buffer[4096];
    ssize_t n;
    int from = openat(directory, name, O_RDONLY | O_CLOEXEC);
    int to = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (from < 0 || to < 0)
        fail("copy", name);
    while ((n = read(from, buffer, sizeof buffer)) > 0)
        if (write(to, buffer, (size_t)n) != n)
            fail("copy", name);
    close(from);
    close(to);
}

/* The pod's three namespaces, where the configurations look for them. */
static void make_namespaces(void)
{
    static const char *const kinds[][2] = {
        {"/proc/self/ns/net", "/run/netns/pod"},
        {"/proc/self/ns/ipc", "/run/netns/pod-ipc"},
        {"/proc/self/ns/uts", "/run/netns/pod-uts"}};
    int status;
    mkdir("/run/netns", 0755);
    pid_t maker = fork();
    if (maker < 0)
        fail("fork", "namespaces");
    if (maker == 0) {
        if (unshare(CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) != 0)
            fail("unshare", "namespaces");
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
            make_text(kinds[i][1], "");
            if (mount(kinds[i][0], kinds[i][1], NULL, MS_BIND, NULL) != 0)
                fail("mount", kinds[i][1]);
        }
        _exit(0);
    }
    if (waitpid(maker, &status, 0) != maker || status != 0)
        refuse("no namespaces");
}

/* Microseconds that a program took; what it says goes nowhere, as with the agent's containers without logs. */
static long run(char *const arguments[])
{
    static char *const environment[] = {"PATH=/usr/sbin:/usr/bin", NULL};
    struct timespec begin, end;
    int status;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    pid_t child = vfork();
    if (child < 0)
        fail("fork", arguments[0]);
    if (child == 0) {
        execve("/usr/bin/crun", arguments, environment);
        _exit(127);
    }
    if (waitpid(child, &status, 0) != child)
        fail("wait", arguments[0]);
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (status != 0) {
        char text[512] = "";
        int log = open(PLACE "/crun.log", O_RDONLY | O_CLOEXEC);
        ssize_t n = log < 0 ? 0 : read(log, text, sizeof text - 1);
        text[n < 0 ? 0 : n] = 0;
        say("crun %s: status %d: %s", arguments[5], status, text);
        power_off();
    }
    return (end.tv_sec - begin.tv_sec) * 1000000L + (end.tv_nsec - begin.tv_nsec) / 1000;
}

/* The container's root as the agent makes it: the image below, guest memory above. */
static void mount_root(const char *place)
{
    char path[256], options[1024];
    snprintf(path, sizeof path, "%s/memory", place);
    mount_at("tmpfs", path, MS_NODEV, "mode=0700,size=16m");
    snprintf(path, sizeof path, "%s/memory/upper", place);
    mkdir(path, 0755);
    snprintf(path, sizeof path, "%s/memory/work", place);
    mkdir(path, 0700);
    snprintf(options, sizeof options, "lowerdir=%s/image,upperdir=%s/memory/upper,workdir=%s/memory/work", place,
             place, place);
    snprintf(path, sizeof path, "%s/rootfs", place);
    mount_at("overlay", path, MS_NODEV, options);
}

static void unmount_root(const char *place)
{
    char path[256];
    snprintf(path, sizeof path, "%s/rootfs", place);
    umount2(path, MNT_DETACH);
    snprintf(path, sizeof path, "%s/memory", place);
    umount2(path, MNT_DETACH);
}

static void prepare(int bench, const char *name, const char *serial, const char *place)
{
    char path[256], from[128];
    mkdir(place, 0700);
    snprintf(from, sizeof from, "%s.json", name);
    snprintf(path, sizeof path, "%s/config.json", place);
    copy_from(bench, from, path);
    dev_t disk = wait_for_disk(serial);
    char node[160];
    snprintf(node, sizeof node, "/dev/bench-%s", name);
    if (mknod(node, S_IFBLK | 0600, disk) != 0)
        fail("mknod", node);
    snprintf(path, sizeof path, "%s/image", place);
    mkdir(path, 0755);
    if (mount(node, path, "erofs", MS_RDONLY | MS_NODEV, NULL) != 0)
        fail("mount", path);
}

static void measure(int out, const char *name, const char *place, int rounds)
{
    char pid_file[256];
    snprintf(pid_file, sizeof pid_file, "%s/pid", place);
    for (int round = 0; round < rounds; round++) {
        // What was started before reads its files now; the agent's side waits as long.
        nanosleep(&(struct timespec){.tv_sec = 3}, NULL);
        char *create[] = {"crun", "--root", PLACE "/crun", "--log", PLACE "/crun.log", "create",
                          "--bundle", (char *)place, "--pid-file", pid_file, (char *)name, NULL};
        char *start[] = {"crun", "--root", PLACE "/crun", "--log", PLACE "/crun.log", "start", (char *)name, NULL};
        char *delete[] = {"crun", "--root", PLACE "/crun", "--log", PLACE "/crun.log", "delete", "--force",
                          (char *)name, NULL};
        mount_root(place);
        long created = run(create);
        long started = run(start);
        dprintf(out, "crun-alone %s %d %ld %ld\n", name, round, created, started);
        run(delete);
        unmount_root(place);
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
    }
}

static void wait_for_modules(void)
{
    for (int waited = 0; access("/run/cloister/modules-loaded", F_OK) != 0; waited += 20) {
        if (waited > MODULES_WAIT_MILLIS)
            refuse("the modules did not load");
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    }
}

int main(void)
{
    mount_at("devtmpfs", "/dev", MS_NOSUID, "mode=0755");
    log_fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
    mount_at("proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    mount_at("sysfs", "/sys", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    int bench = open("/bench", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (bench < 0)
        fail("open", "/bench");
    struct verity v = parse_verity();
    load_modules("/modules", "list", 0);
    open_verity(wait_for_disk("cloister-root"), &v);
    enter_root();
    mount_guest_file_systems();
    load_modules_behind();
    wait_for_modules();
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0)
        fail("open", "/dev/null");
    int out = open("/dev/console", O_WRONLY | O_NOCTTY | O_CLOEXEC);
    mkdir(PLACE, 0700);
    mkdir(PLACE "/volume", 0755);
    make_text(PLACE "/file", "");
    make_namespaces();
    int list_fd = openat(bench, "list", O_RDONLY | O_CLOEXEC);
    FILE *list = list_fd < 0 ? NULL : fdopen(list_fd, "r");
    if (!list)
        fail("open", "list");
    char name[64], serial[64], place[128];
    int rounds;
    while (fscanf(list, "%63s %63s %d", name, serial, &rounds) == 3) {
        snprintf(place, sizeof place, PLACE "/%s", name);
        prepare(bench, name, serial, place);
        measure(out, name, place, rounds);
    }
    dprintf(out, "crun-alone end\n");
    nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    power_off();
}
