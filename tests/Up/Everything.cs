using System.Net;
using System.Net.Sockets;
using Npgsql;
using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Up;

/// <summary>Servers and hosts on a developer's machine.</summary>
static class Everything
{
    static readonly (string Program, string Party)[] Hosts =
    [
        ("Orchestrator.Worker", "orchestrator"),
        ("Orchestrator.Services.Inventory", "inventory"),
        ("Orchestrator.Services.Payment", "payment"),
        ("Orchestrator.Services.Shipping", "shipping"),
    ];

    /// <summary>Starts everything, prints the addresses, and runs until it is asked to stop. Then it deletes the data.</summary>
    /// <param name="replicas">The number of each host.</param>
    /// <param name="port">The first of the ports for health checks.</param>
    /// <param name="restarts">True to start a program again that ended by itself.</param>
    /// <param name="interrupted">Asks it to stop.</param>
    /// <returns>0 after a clean stop, 1 when a port is taken or a server does not start.</returns>
    public static async Task<int> Run(int replicas, int port, bool restarts, CancellationToken interrupted)
    {
        foreach (var (i, (program, _)) in Hosts.Index())
        {
            if (!IsFree(port + i))
                return await Refuse(
                    $"Port {port + i} is taken, at which the health of {program} would be asked for; name the first of four free ones "
                    + $"with --port.");
        }

        try
        {
            Console.WriteLine("Starting PostgreSQL and RabbitMQ …");
            var (starting, broker) = (PrivatePostgres.Create(), PrivateRabbitMq.Create());
            await using var postgres = await starting;
            await using var rabbit = await broker;
            await RunHosts(replicas, port, restarts, postgres, rabbit, interrupted);
            return 0;
        }
        catch (InvalidOperationException e)
        {
            return await Refuse(e.Message);
        }
    }

    static async Task<int> Refuse(string why)
    {
        await Console.Error.WriteLineAsync(why);
        return 1;
    }

    static bool IsFree(int port)
    {
        using var probe = new TcpListener(IPAddress.Loopback, port);
        try
        {
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    static async Task RunHosts(
        int replicas, int port, bool restarts, PrivatePostgres postgres, PrivateRabbitMq rabbit, CancellationToken interrupted)
    {
        var roles = await PartyRoles.Create(postgres, SourceTree.Root);
        using var secrets = new SecretsFolder();
        var database = new NpgsqlConnectionStringBuilder(postgres.ConnectionString());
        await secrets.Put("Passwords__Postgres", database.Password!);
        database.Password = null;
        var address = new UriBuilder(rabbit.Address());
        await secrets.Put("Passwords__RabbitMQ", address.Password);
        address.Password = "";
        Console.WriteLine("Starting the hosts …");
        List<SupervisedHost> hosts = [];
        foreach (var (i, (program, party)) in Hosts.Index())
        {
            for (var replica = 0; replica < replicas; replica++)
            {
                // The same at every start.
                var health = replica == 0 ? port + i : FreePort.Next();
                hosts.Add(new SupervisedHost(() => Start(program, party, health, roles, rabbit.Address()), restarts));
            }
        }

        var running = Task.WhenAll(
        [
            .. hosts.Select(host => host.Run(interrupted)),
            new SupervisedServer("PostgreSQL", () => postgres.IsRunning, postgres.StartAgain, restarts).Run(interrupted),
            new SupervisedServer("RabbitMQ", () => rabbit.ProcessId != 0, rabbit.Start, restarts).Run(interrupted),
        ]);
        var begun = Task.WhenAll(hosts.Select(host => host.Begun));
        if (await Task.WhenAny(begun, running) == begun)
        {
            Console.WriteLine($"""

                PostgreSQL   {database}
                RabbitMQ     {address}
                Passwords    {secrets.Path}
                {string.Join(Environment.NewLine, await begun)}

                Send it orders:
                  export Secrets__Folder={secrets.Path}
                  dotnet run --project src/Orchestrator.Local -- process --orders src/Orchestrator.Local/samples/orders.jsonl \
                    --stock src/Orchestrator.Local/samples/stock.csv --rabbitmq {address} \
                    --postgres "{database}" --submit-only --watch

                Operate it, in the same shell (docs/operating.md has the commands, docs/queries.md the statements):
                  export ConnectionStrings__RabbitMQ={address} ConnectionStrings__Postgres="{database}"
                  dotnet run --project src/Orchestrator.Worker -- reconcile
                  PGPASSWORD=$(cat {secrets.Path}/Passwords__Postgres) PGOPTIONS=--search_path=orchestrator,inventory,payment,shipping \
                    psql -h {database.Host} -p {database.Port} -U {database.Username} {database.Database}

                Ctrl-C stops everything; the data is gone then.
                """);
        }

        await using var stopping = interrupted.Register(() => Console.WriteLine("Stopping …"));
        await running;
        // With --no-restart all programs may have ended. The data stays until the user stops this.
        await Task.WhenAny(Task.Delay(Timeout.Infinite, interrupted));
    }

    static HostProcess Start(string program, string party, int port, PartyRoles roles, Uri broker) => HostProcess.Start(
        Path.Combine(AppContext.BaseDirectory, $"{program}.dll"),
        new Dictionary<string, string>
        {
            ["ConnectionStrings__Postgres"] = roles.ConnectionString(party),
            ["ConnectionStrings__Acquirer"] = roles.ConnectionString("acquirer"),
            ["ConnectionStrings__RabbitMQ"] = broker.ToString(),
        },
        // Prints only warnings and worse.
        line =>
        {
            if (line.Contains(" warn: ", StringComparison.Ordinal) || line.Contains(" fail: ", StringComparison.Ordinal)
                || line.Contains(" crit: ", StringComparison.Ordinal))
                Console.WriteLine($"{party}: {line}");
        },
        port);
}
