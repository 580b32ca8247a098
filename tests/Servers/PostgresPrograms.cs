using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Tests.Servers;

/// <summary>The server programs of PostgreSQL on this machine. They refuse root, so they run as another user.</summary>
public static class PostgresPrograms
{
    const string DebianFolder = "/usr/lib/postgresql";

    static readonly Lazy<string> Folder = new(Find);
    static readonly Lazy<(string Uid, string Gid)> OtherUser = new(FindOtherUser);

    /// <summary>Checks that the programs are there.</summary>
    /// <exception cref="InvalidOperationException">The programs are missing. The message says what to install.</exception>
    public static void Require() => _ = Folder.Value;

    /// <summary>Starts a program of PostgreSQL or the shell, as a user that is not root.</summary>
    /// <remarks>
    /// Its environment has only a path and the given variables, so that PG* variables of the developer have no effect. Only its user can
    /// read the files that it writes.
    /// </remarks>
    /// <param name="password">The password of the client. It must not stand in the arguments.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Process Start(string? password, string program, params string[] arguments)
    {
        var own = Path.Combine(Folder.Value, program);
        string[] command = ["sh", "-c", "umask 077; exec \"$@\"", "sh", File.Exists(own) ? own : program, .. arguments];
        if (Environment.IsPrivilegedProcess)
            command = ["setpriv", $"--reuid={OtherUser.Value.Uid}", $"--regid={OtherUser.Value.Gid}", "--clear-groups", .. command];

        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        if (password is not null)
            start.Environment["PGPASSWORD"] = password;
        start.Environment["PATH"] = $"{Folder.Value}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        return Process.Start(start)!;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">The program failed. The message has its output.</exception>
    public static Task Run(string program, params string[] arguments) => RunAs(null, "", program, arguments);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="password">The password of the client. It must not stand in the arguments.</param>
    /// <param name="input">The standard input of the program.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="InvalidOperationException">The program failed. The message has its output.</exception>
    public static async Task RunAs(string? password, string input, string program, params string[] arguments)
    {
        using var process = Start(password, program, arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} failed:{Environment.NewLine}{string.Concat(said).Trim()}");
    }

    /// <summary>Gives a folder to the user that the programs run as.</summary>
    public static async Task Own(string folder)
    {
        if (!Environment.IsPrivilegedProcess)
            return;
        using var chown = Process.Start("chown", [OtherUser.Value.Uid, folder]);
        await chown.WaitForExitAsync();
    }

    static string Find()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        var byVersion = Directory.Exists(DebianFolder)
            ? Directory.GetDirectories(DebianFolder).OrderByDescending(MajorVersion).Select(version => Path.Combine(version, "bin"))
            : [];
        return onPath.Concat(byVersion).FirstOrDefault(HasServer) ?? throw new InvalidOperationException(
            $"PostgreSQL's server programs (initdb, pg_ctl, postgres) are neither on the PATH nor under {DebianFolder}. " +
            "Install them with 'sudo apt-get install postgresql' (Debian, Ubuntu), or run ./test.sh, which does so. " +
            "Most tests can use a server that runs already: name it in TEST_POSTGRES, as a connection string.");
    }

    static bool HasServer(string folder) =>
        Array.TrueForAll(["initdb", "pg_ctl", "postgres"], program => File.Exists(Path.Combine(folder, program)));

    static int MajorVersion(string folder) =>
        int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0;

    static (string Uid, string Gid) FindOtherUser()
    {
        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).ToLookup(fields => fields[0]);
        return users["postgres"].Concat(users["nobody"]).Select(fields => (fields[2], fields[3]))
            .FirstOrDefault() is { Item1: not null } user
            ? user
            : throw new InvalidOperationException(
                "The tests run as root, which PostgreSQL refuses, and there is neither a user 'postgres' nor 'nobody' to run it as.");
    }
}
