using System.Globalization;
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

    /// <summary>Starts everything, tells where it is, and stops it when asked to.</summary>
    /// <returns>0 after a clean stop, 1 when something did not start or ended by itself.</returns>
    public static async Task<int> Run(int replicas, int port, CancellationToken interrupted)
    {
        try
        {
            Console.WriteLine("Starting PostgreSQL and RabbitMQ …");
            var (starting, broker) = (PrivatePostgres.Create(), PrivateRabbitMq.Create());
            await using var postgres = await starting;
            await using var rabbit = await broker;
            return await RunHosts(replicas, port, postgres, rabbit, interrupted);
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    static async Task<int> RunHosts(int replicas, int port, PrivatePostgres postgres, PrivateRabbitMq rabbit, CancellationToken interrupted)
    {
        var roles = await PartyRoles.Create(postgres, SourceTree.Root);
        var running = new List<HostProcess>();
        try
        {
            Console.WriteLine("Starting the hosts …");
            foreach (var (i, (program, party)) in Hosts.Index())
                for (var replica = 0; replica < replicas; replica++)
                    running.Add(Start(program, party, replica == 0 ? port + i : null, roles, rabbit.Address()));
            foreach (var host in running)
                await host.Ready();
            Console.WriteLine($"""

                PostgreSQL   {postgres.ConnectionString()}
                RabbitMQ     {rabbit.Address()}
                {string.Join(Environment.NewLine, running.Select(host => $"{host.Name,-32} {host.Health}"))}

                Send it orders:
                  dotnet run --project src/Orchestrator.Local -- process --orders src/Orchestrator.Local/samples/orders.jsonl \
                    --stock src/Orchestrator.Local/samples/stock.csv --rabbitmq {rabbit.Address()} \
                    --postgres "{postgres.ConnectionString()}" --submit-only --watch

                Ctrl-C stops everything; the data is gone then.
                """);
            return await UntilOver(running, interrupted);
        }
        finally
        {
            Console.WriteLine("Stopping …");
            await Task.WhenAll(running.Where(host => !host.HasExited).Select(host => host.Stop()));
            foreach (var host in running)
                await host.DisposeAsync();
        }
    }

    static HostProcess Start(string program, string party, int? port, PartyRoles roles, Uri broker) => HostProcess.Start(
        Path.Combine(AppContext.BaseDirectory, $"{program}.dll"),
        new Dictionary<string, string>
        {
            ["ConnectionStrings__Postgres"] = roles.ConnectionString(party),
            ["ConnectionStrings__Acquirer"] = roles.ConnectionString("acquirer"),
            ["ConnectionStrings__RabbitMQ"] = broker.ToString(),
        },
        // Warnings and worse; all the rest is for who asks for it.
        line =>
        {
            if (line.Contains(" warn: ", StringComparison.Ordinal) || line.Contains(" fail: ", StringComparison.Ordinal) || line.Contains(" crit: ", StringComparison.Ordinal))
                Console.WriteLine($"{party}: {line}");
        },
        port);

    static async Task<int> UntilOver(List<HostProcess> running, CancellationToken interrupted)
    {
        var stop = new TaskCompletionSource();
        await using var registration = interrupted.Register(stop.SetResult);
        var ended = running.Select(host => host.Ended).ToList();
        if (await Task.WhenAny([stop.Task, .. ended]) == stop.Task)
            return 0;
        var host = running[ended.FindIndex(end => end.IsCompleted)];
        if (interrupted.IsCancellationRequested)
            return 0;
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{host.Name} ended by itself:{Environment.NewLine}{host.Output}"));
        return 1;
    }
}
