"""Free memory: of the machine, and of the container."""

import pytest

from lstmvis_widget.work import memory

GB = 2**30


@pytest.fixture
def system(tmp_path, monkeypatch):
    """Writes files of a made-up system; the machine has 8 GB available."""
    monkeypatch.setattr(memory, "SYSTEM", tmp_path)

    def write(**files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(str(text))

    write(**{"proc/meminfo": f"MemTotal: {16 * GB // 1024} kB\nMemAvailable: {8 * GB // 1024} kB\n"})
    return write


def group(root, limit, usage, cached=0, version=2):
    names = ("memory.max", "memory.current", "inactive_file")
    if version == 1:
        names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
    stat = f"anon 5\n{names[2]} {cached}\nfile 7\n"
    return {f"{root}/{names[0]}": limit, f"{root}/{names[1]}": usage, f"{root}/memory.stat": stat}


def test_without_control_groups_it_is_that_of_the_machine(system):
    assert memory.free_memory() == 8 * GB
    system(**{"proc/self/cgroup": "3:cpuset:/\n0::/\n"})
    assert memory.free_memory() == 8 * GB


def test_a_container_has_what_its_limit_leaves_and_what_is_only_cached(system):
    system(**{"proc/self/cgroup": "0::/\n"}, **group("sys/fs/cgroup", 4 * GB, 3 * GB, GB))
    assert memory.free_memory() == 2 * GB


def test_the_least_of_all_groups_counts(system):
    system(
        **{"proc/self/cgroup": "0::/user/session\n"},
        **group("sys/fs/cgroup/user", 2 * GB, GB),
        **group("sys/fs/cgroup/user/session", "max", GB),
    )
    assert memory.free_memory() == GB


def test_groups_of_version_1_count_too(system):
    system(
        **{"proc/self/cgroup": "4:cpu,memory:/docker/1\n"},
        **group("sys/fs/cgroup/memory/docker/1", 3 * GB, 2 * GB, GB // 2, version=1),
    )
    assert memory.free_memory() == GB + GB // 2


def test_a_limit_above_that_of_the_machine_changes_nothing(system):
    no_limit = 9223372036854771712
    system(**{"proc/self/cgroup": "4:memory:/\n"}, **group("sys/fs/cgroup/memory", no_limit, GB, version=1))
    assert memory.free_memory() == 8 * GB


def test_what_is_used_beyond_the_limit_leaves_nothing(system):
    system(**{"proc/self/cgroup": "0::/\n"}, **group("sys/fs/cgroup", GB, 2 * GB))
    assert memory.free_memory() == 0


def test_files_that_cannot_be_understood_are_passed_over(system):
    system(**{"proc/self/cgroup": "0::/\n"}, **group("sys/fs/cgroup", "much", "more"))
    assert memory.free_memory() == 8 * GB
