using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace Orchestrator.Tests.Servers;

/// <summary>A PostgreSQL cluster of a test's own: in a temporary folder, on a free port of the loopback address.</summary>
/// <remarks>
/// It does not outlive the test host, however that ends: a shell reads from a pipe that only the host holds open. When
/// the host goes, the shell reads the end of the pipe, kills the server and removes the folder.
/// </remarks>
public sealed partial class PrivatePostgres : IAsyncDisposable
{
    const string FolderPrefix = "orchestrator-postgres-";
    const string User = "postgres";

    // $1 is the folder. A process id may be another process's by now: only a server in this very folder is killed.
    // An initdb that the host left behind goes on for a moment, and its files are in the way.
    const string CleanUp = """
        pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) &&
            test "$(readlink "/proc/$pid/cwd")" = "$(cd "$1/data" && pwd -P)" &&
            pg_ctl -D "$1/data" -m immediate -w stop
        for _ in 1 2 3 4 5 6 7 8 9; do rm -rf "$1" && break; sleep 1; done
        """;

    // Nothing must survive a power cut; a killed server loses nothing that it has handed to the kernel.
    const string Test = """
        fsync = off
        full_page_writes = off
        max_wal_size = 128MB
        """;

    const string Production = """
        shared_buffers = 1GB
        max_wal_size = 4GB
        checkpoint_timeout = 15min
        shared_preload_libraries = 'pg_stat_statements'
        """;

    static readonly Lazy<Task> Leftovers = new(RemoveLeftovers);

    readonly string _folder;
    readonly string _password;
    readonly FileStream _claim;
    readonly Process _guard;
    readonly bool _isDurable;
    int _port;

    PrivatePostgres(string? parent, string? password = null, bool durable = false)
    {
        _isDurable = durable;
        _password = password ?? Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        _folder = parent is null
            ? Directory.CreateTempSubdirectory(FolderPrefix).FullName : OwnersOnly.Folder(Path.Combine(parent, FolderPrefix + "data"));
        _claim = OwnersOnly.File(ClaimOn(_folder), FileMode.CreateNew);
        _guard = PostgresPrograms.Start(
            null, "sh", "-c", $"exec >/dev/null 2>&1; trap '' HUP INT TERM; read -r _\n{CleanUp}", "sh", _folder);
    }

    /// <summary>Makes a cluster and starts it.</summary>
    /// <param name="parent">The folder that its own shall lie in, such as a <see cref="SmallDisk"/>; that of temporary files unless
    /// given.</param>
    /// <param name="durable">Whether it shall survive a power cut and count its statements, as in production; a test has no use for
    /// that.</param>
    public static async Task<PrivatePostgres> Create(string? parent = null, bool durable = false)
    {
        PostgresPrograms.Require();
        await Leftovers.Value;
        // A disk is its owner's alone, and the programs run as another user.
        if (parent is not null)
            await PostgresPrograms.Own(parent);
        var server = new PrivatePostgres(parent, durable: durable);
        return await server.Prepared(server.Initialise);
    }

    /// <summary>The connection string of a database; the same for the server's whole life, restarts included.</summary>
    public string ConnectionString(string database = "postgres") => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Username = User,
        Password = _password,
        Database = database,
    }.ToString();

    /// <summary>The folder of its data and its log.</summary>
    public string Folder => _folder;

    /// <summary>The process that all its others descend from; 0 when it does not run.</summary>
    public int ProcessId => Postmaster();

    /// <summary>Whether it runs.</summary>
    public bool IsRunning => IsAlive(Postmaster());

    /// <summary>Starts the server after it has ended, also when it was killed; returns once it answers.</summary>
    /// <exception cref="InvalidOperationException">It does not start; the message holds its log.</exception>
    public Task StartAgain()
    {
        if (Postmaster() != 0)
            Kill();
        return Start();
    }

    /// <summary>Starts the server and returns once it answers.</summary>
    /// <exception cref="InvalidOperationException">It does not start; the message holds its log.</exception>
    public async Task Start()
    {
        try
        {
            await PostgresPrograms.Run("pg_ctl", "-D", Data, "-l", Log, "-o", $"-p {_port}", "-w", "start");
        }
        catch (InvalidOperationException e) when (File.Exists(Log))
        {
            throw new InvalidOperationException($"{e.Message}{Environment.NewLine}{await File.ReadAllTextAsync(Log)}", e);
        }
    }

    /// <summary>Stops the server: connections are broken, what is committed is written.</summary>
    public Task Stop() => PostgresPrograms.Run("pg_ctl", "-D", Data, "-m", "fast", "-w", "stop");

    /// <summary>Stops the server without writing anything: it recovers when it starts.</summary>
    public Task StopAtOnce() => PostgresPrograms.Run("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");

    /// <summary>Stops and starts the server.</summary>
    public async Task Restart()
    {
        await Stop();
        await Start();
    }

    /// <summary>Starts the server if it has given up, as it does when it can't write its log; returns once it answers.</summary>
    /// <returns>Whether it had given up.</returns>
    public async Task<bool> EnsureRunning()
    {
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString() + ";Pooling=false");
                await connection.OpenAsync();
                return false;
            }
            catch (NpgsqlException) when (IsAlive(Postmaster()))
            {
                await Task.Delay(100);
            }
            catch (NpgsqlException)
            {
                await Start();
                return true;
            }
        }
    }

    /// <summary>Kills every process of the server, as the kernel does when memory runs out.</summary>
    public void Kill()
    {
        var postmaster = Postmaster();
        int[] all = [postmaster, .. Processes().Where(process => Stat(process) is [_, var parent, ..] && parent == $"{postmaster}")];
        foreach (var process in all)
            ProcessOf(process)?.Kill();

        // A server starts again only when none of them holds the old one's memory any more.
        if (!SpinWait.SpinUntil(() => !all.Any(IsAlive), TimeSpan.FromMinutes(2)))
            throw new TimeoutException("The killed server's processes are still there.");

        // A dead process that nobody has waited for counts as running to the next server.
        File.Delete(Path.Combine(Data, "postmaster.pid"));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_claim.SafeFileHandle.IsClosed)
            return;
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
        await _claim.DisposeAsync();
    }

    async Task<PrivatePostgres> Prepared(Func<Task> prepare)
    {
        try
        {
            await prepare();
            return this;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    // 0, which no process has, when it does not run.
    int Postmaster()
    {
        try
        {
            return int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    string Data => Path.Combine(_folder, "data");

    string Log => Path.Combine(_folder, "log");

    static string ClaimOn(string folder) => Path.Combine(folder, "claim");

    async Task Initialise()
    {
        var password = Path.Combine(_folder, "password");
        await OwnersOnly.Write(password, _password);
        await PostgresPrograms.Own(password);
        await PostgresPrograms.Own(_folder);
        await PostgresPrograms.Run(
            "initdb", "-D", Data, "-U", User, "-A", "scram-sha-256", $"--pwfile={password}", "-E", "UTF8", "--locale=C", "--no-sync");
        await File.AppendAllTextAsync(Path.Combine(Data, "postgresql.conf"), $"""

            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            max_connections = 200
            {(_isDurable ? Production : Test)}
            """);
        await StartOnAFreePort();
    }

    async Task StartOnAFreePort()
    {
        for (var triesLeft = 10; ; triesLeft--)
        {
            _port = FreePort.Next();
            try
            {
                await Start();
                return;
            }
            catch (InvalidOperationException e)
                when (triesLeft > 0 && e.Message.Contains("Address already in use", StringComparison.Ordinal))
            {
                File.Delete(Log);
            }
        }
    }

    /// <summary>Removes what is left of runs whose guard was killed too: nobody holds their claim any more.</summary>
    static async Task RemoveLeftovers()
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), FolderPrefix + "*"))
        {
            try
            {
                await using var mine = new FileStream(ClaimOn(folder), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                await PostgresPrograms.Run("sh", "-c", CleanUp, "sh", folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It belongs to a run that is under way, or to another user.
            }
        }
    }

    static IEnumerable<int> Processes() => Directory.GetDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0).Where(id => id > 0);

    static bool IsAlive(int process) => Stat(process) is [var state, ..] && state is not ("Z" or "X");

    /// <summary>The process's state, its parent and more; null when it is gone.</summary>
    static string[]? Stat(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    static Process? ProcessOf(int id)
    {
        try
        {
            return Process.GetProcessById(id);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
