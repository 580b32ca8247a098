using Orchestrator.Tests.Benchmarks.Floor;

// One program with four parts. Each part runs in a process of its own. They do the happy path of the product, hand-written on the bare
// clients.
if (args is not [var part] || Environment.GetEnvironmentVariable("ConnectionStrings__Postgres") is not { } postgres
    || Environment.GetEnvironmentVariable("ConnectionStrings__RabbitMQ") is not { } rabbit)
{
    Console.Error.WriteLine(
        "usage: Orchestrator.Tests.Benchmarks.Floor worker|inventory|payment|shipping, with ConnectionStrings__Postgres and "
        + "ConnectionStrings__RabbitMQ set");
    return 2;
}

await using IPart acts = part switch
{
    "worker" => await Worker.Open(postgres, isShort: Environment.GetEnvironmentVariable("Floor__Commands") == "4"),
    "inventory" => await Inventory.Open(postgres),
    "payment" => await Payment.Open(postgres),
    "shipping" => await Shipping.Open(postgres),
    _ => throw new InvalidOperationException($"'{part}' is no part of the floor"),
};
await using var loop = await Loop.Start(new Uri(rabbit), acts);
using var ready = Readiness.Answer(new Uri(Environment.GetEnvironmentVariable("ASPNETCORE_URLS") ?? "http://127.0.0.1:8090"));
var stop = new TaskCompletionSource();
using var asked = System.Runtime.InteropServices.PosixSignalRegistration.Create(
    System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stop.TrySetResult();
});
await await Task.WhenAny(stop.Task, loop.Broken);
return 0;
