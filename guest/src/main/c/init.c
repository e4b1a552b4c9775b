/*
 * The guest's first process. From the initrd it sets up the read-only root behind dm-verity whose
 * root hash the measured command line names, starts the agent in it, stays process 1, reaps, and
 * powers the machine off when the agent ends. Every failure is one line in the kernel's log and then
 * the power goes off: there is no way on without a verified root.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <linux/fs.h>
#include <linux/reboot.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMAND_LINE_MAX 4096
#define MODULE_COMPRESSED 4 /* MODULE_INIT_COMPRESSED_FILE of finit_module(2) */
#define READ_AHEAD_SECTORS 512 /* 256 KiB */
#define DISK_WAIT_MILLIS 10000
#define DM_MINOR 236 /* the fixed minor of /dev/mapper/control, Documentation/admin-guide/devices.txt */
#define DIGEST_HEX 64
#define BLOCK_BYTES 4096
#define SECTORS_PER_BLOCK (BLOCK_BYTES / 512)

static int log_fd = -1;

static void say(const char *format, ...)
{
    char line[512];
    int head = snprintf(line, sizeof line, "<1>cloister-init: ");
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line + head, sizeof line - (size_t)head, format, arguments);
    va_end(arguments);
    dprintf(log_fd >= 0 ? log_fd : 2, "%s\n", line);
}

static void power_off(void)
{
    sync();
    reboot(LINUX_REBOOT_CMD_POWER_OFF);
    for (;;)
        pause();
}

/* One line saying what failed, then off. */
static void fail(const char *what, const char *which)
{
    int error = errno;
    say("FATAL %s %s: %s", what, which, strerror(error));
    power_off();
}

static void refuse(const char *what)
{
    say("FATAL %s", what);
    power_off();
}

static void mount_at(const char *type, const char *target, unsigned long flags, const char *options)
{
    mkdir(target, 0755);
    if (mount(type, target, type, flags, options) != 0)
        fail("mount", target);
}

static void write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        fail("write", path);
    close(fd);
}

/* Reads a whole small file of the kernel as a string. */
static void read_text(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
    if (n < 0 || (size_t)n == size - 1)
        fail("read", path);
    text[n] = 0;
    close(fd);
}

/*
 * Loads the modules that the list names, one file a line, in that order. With may_lack_device, a
 * module whose device is not there (ENODEV) is passed over.
 */
static void load_modules(const char *directory, const char *list, int may_lack_device)
{
    char path[256], name[128];
    snprintf(path, sizeof path, "%s/%s", directory, list);
    FILE *names = fopen(path, "re");
    if (!names)
        fail("open", path);
    while (fgets(name, sizeof name, names)) {
        name[strcspn(name, "\n")] = 0;
        snprintf(path, sizeof path, "%s/%s", directory, name);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            fail("open", path);
        size_t length = strlen(name);
        int flags = length > 3 && strcmp(name + length - 3, ".xz") == 0 ? MODULE_COMPRESSED : 0;
        if (syscall(SYS_finit_module, fd, "", flags) != 0 && errno != EEXIST &&
            !(may_lack_device && errno == ENODEV))
            fail("module", name);
        close(fd);
    }
    fclose(names);
}

/* The value of KEY= on the command line, which must name it exactly once. */
static void command_line_value(const char *key, char *value, size_t size)
{
    char line[COMMAND_LINE_MAX];
    size_t key_length = strlen(key);
    int found = 0;
    read_text("/proc/cmdline", line, sizeof line);
    for (char *save, *word = strtok_r(line, " \n", &save); word; word = strtok_r(NULL, " \n", &save)) {
        if (strncmp(word, key, key_length) != 0)
            continue;
        if (found++ || strlen(word + key_length) >= size)
            refuse("command line: a parameter of ours is there twice or too long");
        strcpy(value, word + key_length);
    }
    if (!found)
        refuse("command line: a parameter of ours is missing");
}

struct verity {
    uint64_t data_blocks;
    uint64_t hash_start;
    char root[DIGEST_HEX + 1];
    char salt[DIGEST_HEX + 1];
};

static int is_hex(const char *text)
{
    return text[strspn(text, "0123456789abcdef")] == 0;
}

static uint64_t block_number(const char *text)
{
    size_t length = strlen(text);
    if (length < 1 || length > 10 || text[strspn(text, "0123456789")] != 0 || text[0] == '0')
        refuse("command line: cloister.verity has a block number of another form");
    return strtoull(text, NULL, 10);
}

/* cloister.verity=<data blocks>,<first hash block>,<root: 64 hex>,<salt: 64 hex or -> */
static struct verity parse_verity(void)
{
    char value[256], *rest = value, *field[4];
    struct verity v;
    command_line_value("cloister.verity=", value, sizeof value);
    for (int i = 0; i < 4; i++)
        field[i] = strsep(&rest, ",");
    if (!field[3] || rest)
        refuse("command line: cloister.verity does not have four fields");
    v.data_blocks = block_number(field[0]);
    v.hash_start = block_number(field[1]);
    if (strlen(field[2]) != DIGEST_HEX || !is_hex(field[2]))
        refuse("command line: cloister.verity has a root hash of another form");
    if (strcmp(field[3], "-") != 0 && (strlen(field[3]) != DIGEST_HEX || !is_hex(field[3])))
        refuse("command line: cloister.verity has a salt of another form");
    strcpy(v.root, field[2]);
    strcpy(v.salt, field[3]);
    return v;
}

/* The device number of the disk with this virtio serial, or 0 where there is none (yet). */
static dev_t find_disk(const char *serial)
{
    dev_t found = 0;
    DIR *disks = opendir("/sys/block");
    if (!disks)
        fail("open", "/sys/block");
    for (struct dirent *disk = readdir(disks); disk && !found; disk = readdir(disks)) {
        char path[300], text[64];
        unsigned major, minor;
        if (strncmp(disk->d_name, "vd", 2) != 0)
            continue;
        snprintf(path, sizeof path, "/sys/block/%s/serial", disk->d_name);
        read_text(path, text, sizeof text);
        if (strcmp(text, serial) != 0)
            continue;
        snprintf(path, sizeof path, "/sys/block/%s/dev", disk->d_name);
        read_text(path, text, sizeof text);
        if (sscanf(text, "%u:%u", &major, &minor) == 2)
            found = makedev(major, minor);
    }
    closedir(disks);
    return found;
}

static dev_t wait_for_disk(const char *serial)
{
    for (int waited = 0; waited < DISK_WAIT_MILLIS; waited += 5) {
        dev_t disk = find_disk(serial);
        if (disk)
            return disk;
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    refuse("no disk with the serial of the root came up");
    return 0;
}

static void dm_call(int control, unsigned long request, void *buffer, size_t size, uint32_t flags)
{
    struct dm_ioctl *call = buffer;
    call->version[0] = DM_VERSION_MAJOR;
    call->data_size = (uint32_t)size;
    call->data_start = sizeof *call;
    call->flags = flags;
    strcpy(call->name, "root");
    if (ioctl(control, request, buffer) != 0)
        fail("device mapper", request == DM_TABLE_LOAD ? "table" : "device");
}

/* Makes /dev/root-verity, which gives only blocks that hash to the measured root. */
static void open_verity(dev_t disk, const struct verity *v)
{
    struct {
        struct dm_ioctl call;
        struct dm_target_spec target;
        char parameters[512];
    } load;
    struct dm_ioctl call;
    int control;

    mkdir("/dev/mapper", 0755);
    if (mknod("/dev/mapper/control", S_IFCHR | 0600, makedev(10, DM_MINOR)) != 0 && errno != EEXIST)
        fail("mknod", "/dev/mapper/control");
    control = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
    if (control < 0)
        fail("open", "/dev/mapper/control");
    memset(&call, 0, sizeof call);
    dm_call(control, DM_DEV_CREATE, &call, sizeof call, 0);
    memset(&load, 0, sizeof load);
    load.call.target_count = 1;
    load.target.length = v->data_blocks * SECTORS_PER_BLOCK;
    strcpy(load.target.target_type, "verity");
    snprintf(load.parameters, sizeof load.parameters,
             "1 %u:%u %u:%u %d %d %llu %llu sha256 %s %s 1 panic_on_corruption", major(disk), minor(disk),
             major(disk), minor(disk), BLOCK_BYTES, BLOCK_BYTES, (unsigned long long)v->data_blocks,
             (unsigned long long)v->hash_start, v->root, v->salt);
    dm_call(control, DM_TABLE_LOAD, &load, sizeof load, DM_READONLY_FLAG);
    memset(&call, 0, sizeof call);
    dm_call(control, DM_DEV_SUSPEND, &call, sizeof call, DM_READONLY_FLAG); /* not suspended: resumes */
    if (mknod("/dev/root-verity", S_IFBLK | 0600, (dev_t)call.dev) != 0)
        fail("mknod", "/dev/root-verity");
    close(control);
}

static void unlink_all(const char *directory)
{
    DIR *files = opendir(directory);
    if (!files)
        return;
    for (struct dirent *file = readdir(files); file; file = readdir(files))
        unlinkat(dirfd(files), file->d_name, 0);
    closedir(files);
}

/* The agent's start reads most of what its programs have; larger pieces cost fewer waits. */
static void read_further_ahead(void)
{
    int root = open("/dev/root-verity", O_RDONLY | O_CLOEXEC);
    if (root < 0 || ioctl(root, BLKRASET, READ_AHEAD_SECTORS) != 0)
        fail("read-ahead of", "/dev/root-verity");
    close(root);
}

/* The verified file system becomes "/"; the initrd's files are freed. */
static void enter_root(void)
{
    static const char *const moved[] = {"/dev", "/proc", "/sys"};
    read_further_ahead();
    if (mount("/dev/root-verity", "/root", "erofs", MS_RDONLY | MS_NODEV, NULL) != 0)
        fail("mount", "/root");
    for (size_t i = 0; i < sizeof moved / sizeof *moved; i++) {
        char target[32];
        snprintf(target, sizeof target, "/root%s", moved[i]);
        if (mount(moved[i], target, NULL, MS_MOVE, NULL) != 0)
            fail("move", moved[i]);
    }
    unlink_all("/modules");
    unlink("/init");
    if (chdir("/root") != 0 || mount(".", "/", NULL, MS_MOVE, NULL) != 0 || chroot(".") != 0 || chdir("/") != 0)
        fail("change of root to", "/root");
}

static void mount_guest_file_systems(void)
{
    const unsigned long plain = MS_NOSUID | MS_NODEV;
    mount_at("tmpfs", "/run", plain, "mode=0755");
    mount_at("tmpfs", "/tmp", plain, "mode=1777");
    mount_at("tmpfs", "/var", plain, "mode=0755");
    mkdir("/run/cloister", 0700);
    mount_at("devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "mode=0620,ptmxmode=0666");
    mount_at("tmpfs", "/dev/shm", plain, "mode=1777");
    mount_at("cgroup2", "/sys/fs/cgroup", plain | MS_NOEXEC, "nsdelegate");
    mkdir("/sys/fs/cgroup/agent", 0755);
    mkdir("/sys/fs/cgroup/pod", 0755);
    write_text("/sys/fs/cgroup/cgroup.subtree_control", "+cpuset +cpu +io +memory +pids");
    write_text("/proc/sys/kernel/modprobe", "\n"); /* nothing loads modules by itself */
    if (sethostname("pod", 3) != 0)
        fail("host name", "pod");
}

/*
 * Loads the modules that the agent needs for network and containers while nothing else wants the
 * processor, and says by a file that they are there.
 */
static void load_modules_behind(void)
{
    char tee[16];
    command_line_value("cloister.tee=", tee, sizeof tee);
    pid_t child = fork();
    if (child < 0)
        fail("fork", "module loader");
    if (child > 0)
        return;
    sched_setscheduler(0, SCHED_IDLE, &(struct sched_param){0});
    load_modules("/usr/lib/modules", "boot.list", 0);
    if (strcmp(tee, "snp") == 0) {
        load_modules("/usr/lib/modules", "snp.list", 1);
        if (mount("configfs", "/sys/kernel/config", "configfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0)
            fail("mount", "configfs");
    }
    int done = open("/run/cloister/modules-loaded", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (done < 0)
        fail("create", "/run/cloister/modules-loaded");
    _exit(0);
}

static pid_t start_agent(void)
{
    static char *const arguments[] = {"java", "@jvm.args", NULL};
    static char *const environment[] = {"PATH=/usr/sbin:/usr/bin", "LANG=C.UTF-8", "HOME=/run", NULL};
    pid_t agent = fork();
    if (agent < 0)
        fail("fork", "agent");
    if (agent > 0)
        return agent;
    setsid();
    write_text("/sys/fs/cgroup/agent/cgroup.procs", "0");
    write_text("/proc/self/oom_score_adj", "-1000");
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* the agent waits for the first process of each container */
    int console = open("/dev/console", O_WRONLY | O_NOCTTY);
    int nothing = open("/dev/null", O_RDONLY);
    if (console < 0 || nothing < 0 || dup2(nothing, 0) < 0 || dup2(console, 1) < 0 || dup2(console, 2) < 0)
        fail("open", "/dev/console");
    if (console > 2)
        close(console);
    if (nothing > 2)
        close(nothing);
    if (chdir("/opt/agent") != 0)
        fail("change of directory to", "/opt/agent");
    execve("/opt/jre/bin/java", arguments, environment);
    fail("execute", "/opt/jre/bin/java");
    return 0;
}

static void reap_until_end_of(pid_t agent)
{
    for (;;) {
        int status;
        pid_t ended = wait(&status);
        if (ended == agent) {
            if (WIFSIGNALED(status))
                say("the agent was ended by signal %d", WTERMSIG(status));
            else
                say("the agent ended with code %d", WEXITSTATUS(status));
            return;
        }
        if (ended < 0 && errno != EINTR)
            fail("wait", "children");
    }
}

int main(void)
{
    mount_at("devtmpfs", "/dev", MS_NOSUID, "mode=0755");
    log_fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
    mount_at("proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    mount_at("sysfs", "/sys", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    struct verity v = parse_verity();
    load_modules("/modules", "list", 0);
    open_verity(wait_for_disk("cloister-root"), &v);
    enter_root();
    mount_guest_file_systems();
    pid_t agent = start_agent();
    load_modules_behind();
    reap_until_end_of(agent);
    power_off();
    return 1;
}
