using System.Globalization;
using Orchestrator.Tests.Otlp;

// Somewhere for hosts to export to, when what matters is what that costs them: counts what comes, and says how much when it is stopped.
if (args is not [var text] || !int.TryParse(text, CultureInfo.InvariantCulture, out var port))
{
    Console.Error.WriteLine("usage: Orchestrator.Tests.Otlp PORT");
    return 2;
}

await using var receiver = await OtlpReceiver.Start(keeps: false, port);
var stop = new TaskCompletionSource();
using var interrupted = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stop.TrySetResult();
});
await stop.Task;
Console.WriteLine(FormattableString.Invariant($"received={receiver.Bytes} bytes"));
return 0;
