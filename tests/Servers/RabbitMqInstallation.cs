using System.Diagnostics;

namespace Orchestrator.Tests.Servers;

/// <summary>An installed RabbitMQ: that of this machine, or that of a Debian system in a folder, which runs by chroot.</summary>
/// <remarks>Its programs run as a user that is not root: the user of the package, if there is one.</remarks>
public sealed class RabbitMqInstallation
{
    const string Programs = "/usr/lib/rabbitmq/bin";

    readonly string _root;
    readonly Lazy<(string Uid, string Gid)> _user;

    RabbitMqInstallation(string root)
    {
        _root = root;
        _user = new(FindUser);
    }

    /// <summary>The installation in the Debian system that TEST_RABBITMQ names, or that of this machine.</summary>
    /// <exception cref="InvalidOperationException">There is none. The message says what to do.</exception>
    public static RabbitMqInstallation Find()
    {
        var named = Environment.GetEnvironmentVariable("TEST_RABBITMQ");
        var root = string.IsNullOrEmpty(named) || named.StartsWith("amqp", StringComparison.Ordinal) ? "" : Path.GetFullPath(named);
        if (!File.Exists($"{root}{Programs}/rabbitmq-server"))
        {
            throw new InvalidOperationException(root.Length == 0
                ? $"RabbitMQ's programs are not under {Programs}. Install them with 'sudo apt-get install rabbitmq-server' (Debian, "
                    + $"Ubuntu), " +
                  "or run ./test.sh, which does so; or name a Debian system in a folder (see tests/debian-13.sh) in TEST_RABBITMQ."
                : $"TEST_RABBITMQ names {root}, in which there is no RabbitMQ ({Programs}/rabbitmq-server); tests/debian-13.sh makes such "
                    + $"a folder.");
        }

        return root.Length == 0 || Environment.IsPrivilegedProcess
            ? new RabbitMqInstallation(root)
            : throw new InvalidOperationException($"TEST_RABBITMQ names {root}, which is run by chroot, and only root may do that.");
    }

    /// <summary>Makes an empty folder that the programs can write in.</summary>
    /// <returns>The path of the folder for this process, and its path for the programs.</returns>
    public (string Outside, string Inside) CreateFolder(string prefix)
    {
        var inside = Path.Combine("/tmp", prefix + Path.GetRandomFileName());
        var outside = _root.Length == 0 ? Path.Combine(Path.GetTempPath(), Path.GetFileName(inside)) : _root + inside;
        // Its files hold passwords.
        OwnersOnly.Folder(outside);
        return (outside, _root.Length == 0 ? outside : inside);
    }

    /// <summary>Gives a folder with its content to the user that the programs run as.</summary>
    public async Task Own(string folder)
    {
        if (!Environment.IsPrivilegedProcess)
            return;
        using var chown = Process.Start("chown", ["-R", $"{_user.Value.Uid}:{_user.Value.Gid}", folder]);
        await chown.WaitForExitAsync();
    }

    /// <summary>Starts a program of RabbitMQ or of the system. Only its user can read the files that it writes.</summary>
    /// <param name="environment">The environment of the program, in addition to a path.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">The arguments. Paths are those for the programs.</param>
    public Process Start(IReadOnlyDictionary<string, string> environment, string program, params string[] arguments)
    {
        string[] command =
            ["sh", "-c", "umask 077; exec \"$@\"", "sh",
                program.StartsWith("rabbitmq", StringComparison.Ordinal) ? $"{Programs}/{program}" : program, .. arguments];
        if (_root.Length > 0)
            command = ["chroot", $"--userspec={_user.Value.Uid}:{_user.Value.Gid}", _root, .. command];
        else if (Environment.IsPrivilegedProcess)
            command = ["setpriv", $"--reuid={_user.Value.Uid}", $"--regid={_user.Value.Gid}", "--clear-groups", .. command];

        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    (string Uid, string Gid) FindUser()
    {
        var users = File.ReadLines($"{_root}/etc/passwd").Select(line => line.Split(':')).ToLookup(fields => fields[0]);
        return users["rabbitmq"].Concat(users["nobody"]).Select(fields => (fields[2], fields[3])).First();
    }
}
