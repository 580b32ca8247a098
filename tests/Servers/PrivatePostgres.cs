using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace Orchestrator.Tests.Servers;

/// <summary>A private PostgreSQL cluster for tests: in a temporary folder, on a free port of the loopback address.</summary>
/// <remarks>
/// It ends with the test host in any case: a shell reads from a pipe that only the host holds open. When the host ends, the shell reads the
/// end of the pipe, kills the server and removes the folder.
/// </remarks>
public sealed partial class PrivatePostgres : IAsyncDisposable
{
    const string FolderPrefix = "orchestrator-postgres-";
    const string User = "postgres";

    // $1 is the folder. The process id may belong to another process by now, so only a server in this folder is killed.
    // An initdb that the host left behind goes on for a moment and still writes files.
    const string CleanUp = """
        pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) &&
            test "$(readlink "/proc/$pid/cwd")" = "$(cd "$1/data" && pwd -P)" &&
            pg_ctl -D "$1/data" -m immediate -w stop
        for _ in 1 2 3 4 5 6 7 8 9; do rm -rf "$1" && break; sleep 1; done
        """;

    // No data must survive a power failure. A killed server loses nothing that it has given to the kernel.
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
    /// <param name="parent">The folder in which to make the cluster's folder, such as a <see cref="SmallDisk"/>; that of temporary files by
    /// default.</param>
    /// <param name="durable">True when the data must survive a power failure and statements are counted, as in production. Most tests do
    /// not need that.</param>
    public static async Task<PrivatePostgres> Create(string? parent = null, bool durable = false)
    {
        PostgresPrograms.Require();
        await Leftovers.Value;
        // The disk belongs to its owner only, and the programs run as another user.
        if (parent is not null)
            await PostgresPrograms.Own(parent);
        var server = new PrivatePostgres(parent, durable: durable);
        return await server.Prepared(server.Initialise);
    }

    /// <summary>The connection string of a database. It stays the same after restarts.</summary>
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

    /// <summary>The first process of the server; 0 when it does not run.</summary>
    public int ProcessId => Postmaster();

    /// <summary>True when the server runs.</summary>
    public bool IsRunning => IsAlive(Postmaster());

    /// <summary>Starts the server after it has ended or was killed. It returns when the server answers.</summary>
    /// <exception cref="InvalidOperationException">The server does not start. The message has its log.</exception>
    public Task StartAgain()
    {
        if (Postmaster() != 0)
            Kill();
        return Start();
    }

    /// <summary>Starts the server. It returns when the server answers.</summary>
    /// <exception cref="InvalidOperationException">The server does not start. The message has its log.</exception>
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

    /// <summary>Stops the server. Connections are broken, and commits are written.</summary>
    public Task Stop() => PostgresPrograms.Run("pg_ctl", "-D", Data, "-m", "fast", "-w", "stop");

    /// <summary>Stops the server without a final write. It recovers at its next start.</summary>
    public Task StopAtOnce() => PostgresPrograms.Run("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");

    /// <summary>Stops and starts the server.</summary>
    public async Task Restart()
    {
        await Stop();
        await Start();
    }

    /// <summary>
    /// Starts the server if it has ended itself, as it does when it can't write its log. It returns when the server answers.
    /// </summary>
    /// <returns>True when the server had ended itself.</returns>
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

        // A server starts again only when no process holds the memory of the old one.
        if (!SpinWait.SpinUntil(() => !all.Any(IsAlive), TimeSpan.FromMinutes(2)))
            throw new TimeoutException("The killed server's processes are still there.");

        // A new server takes a dead process for a running one until its parent has read its exit code.
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

    // 0 when the server does not run. No process has this id.
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

    /// <summary>Removes the folders of runs whose guard was killed too. No process holds their claims any more.</summary>
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
        .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 0);

    static bool IsAlive(int process) => Stat(process) is [var state, ..] && state is not ("Z" or "X");

    /// <summary>The state of the process, its parent and more; null when the process is gone.</summary>
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
