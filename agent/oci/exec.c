#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"
#include "base/str.h"
#include "oci/exec.h"

#define EXEC_PATH_DEFAULT                                                      \
	"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

const char *
exec_getenv(char *const *env, size_t n, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < n; i++) {
		if (strncmp(env[i], name, len) == 0 && env[i][len] == '=')
			return env[i] + len + 1;
	}
	return NULL;
}

/* 0, or the errno that execve() would give for the file. */
static int
try_file(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return errno;
	if (!S_ISREG(st.st_mode))
		return EACCES;
	return access(path, X_OK) < 0 ? errno : 0;
}

static int
not_run(const char *name, int why, const char *missing, struct err *e)
{
	if (why == ENOENT || why == ENOTDIR)
		return err_set(e, ERR_NOT_FOUND, "exec %s: %s",
		    STR_QUOTED(name), missing);
	return err_set(e, why == EACCES ? ERR_DENIED : ERR_SYSTEM,
	    "exec %s: %s", STR_QUOTED(name), strerror(why));
}

int
exec_find(const char *name, const char *path, char ret[PATH_MAX], struct err *e)
{
	int why = ENOENT;

	if (strchr(name, '/') != NULL) {
		why = try_file(name);
		if (why == 0 && str_copy(ret, PATH_MAX, name) < 0)
			why = ENAMETOOLONG;
		return why == 0
			   ? 0
			   : not_run(name, why, "no such file or directory", e);
	}
	if (name[0] == '\0')
		return not_run(name, ENOENT, "no program is named", e);
	for (const char *s = path != NULL ? path : EXEC_PATH_DEFAULT;;) {
		size_t n = strcspn(s, ":");
		char file[PATH_MAX];
		int rc = ENOENT;

		/* An empty entry is the working directory. */
		if (str_format(file, sizeof(file), "%.*s%s%s", (int)n, s,
			n > 0 ? "/" : "./", name) == 0)
			rc = try_file(file);
		if (rc == 0)
			return str_copy(ret, PATH_MAX, file);
		if (rc == EACCES)
			why = EACCES;
		if (s[n] == '\0')
			return not_run(name, why, "not found in PATH", e);
		s += n + 1;
	}
}

int
exec_run(const char *path, const Grpc__Process *p, const char *home,
    struct err *e)
{
	char **argv = must_alloc(p->n_args + 1, sizeof(*argv));
	char **envp = must_alloc(p->n_env + 2, sizeof(*envp));
	char home_entry[sizeof("HOME=") + PATH_MAX];
	size_t n = p->n_env;
	int why;

	memcpy(argv, p->args, p->n_args * sizeof(*argv));
	if (n > 0)
		memcpy(envp, p->env, n * sizeof(*envp));
	if (exec_getenv(p->env, n, "HOME") == NULL &&
	    str_format(home_entry, sizeof(home_entry), "HOME=%s", home) == 0)
		envp[n++] = home_entry;
	argv[p->n_args] = NULL;
	envp[n] = NULL;
	execve(path, argv, envp);
	why = errno;
	free(argv);
	free(envp);
	/* The file was there: what is missing is the interpreter it names. */
	return not_run(path, why, "its interpreter does not exist", e);
}
