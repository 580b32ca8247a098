using System.Diagnostics;
using Orchestrator.Hosting.Commands;
using Orchestrator.Tests.Generator;

namespace Orchestrator.Tests.Integration.Embedded;

/// <summary>The real process is asked to end, by Ctrl-C or by a service manager.</summary>
public class When_the_process_is_interrupted
{
    [TestCase("INT"), TestCase("TERM"), CancelAfter(600_000)]
    public async Task It_says_so_and_the_same_command_goes_on(string signal, CancellationToken cancellationToken)
    {
        using var temporary = new TemporaryFolder();
        OrderFiles.Write(temporary[""], orders: 1_500, skus: 20, seed: 7, contention: true);
        using (var process = LocalProcess.Start(temporary, error: true))
        {
            while (await LocalProcess.Transitions(temporary) < 100 && !process.HasExited)
                await Task.Delay(5, cancellationToken);
            // Two signals at once: a supervisor signals the process and then its group.
            using var kill = Process.Start("sh", ["-c", $"kill -{signal} {process.Id}; kill -{signal} {process.Id}"]);
            var error = await Ended(process, process.StandardError, cancellationToken);
            error.TrimEnd().Split('\n')[^1].ShouldBe("The run was interrupted; the same command goes on where it stopped.");
            process.ExitCode.ShouldBe(ExitCode.Trouble);
        }

        using var again = LocalProcess.Start(temporary);
        (await Ended(again, again.StandardOutput, cancellationToken)).ShouldContain("\"orders\":1500,");
        again.ExitCode.ShouldBe(ExitCode.Done);
    }

    static async Task<string> Ended(Process process, StreamReader output, CancellationToken cancellationToken)
    {
        try
        {
            var text = await output.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return text;
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }
}
