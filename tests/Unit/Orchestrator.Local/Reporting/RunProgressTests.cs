using Orchestrator.Local.Reporting;
using Spectre.Console;

namespace Orchestrator.Tests.Unit.Local.Reporting;

public class Progress_that_no_terminal_shows
{
    readonly Clock _clock = new();

    [Test]
    public async Task Is_a_line_now_and_then_and_one_for_each_rejected_line()
    {
        var writer = new StringWriter();
        var progress = new RunProgress(Console(writer), _clock);
        var work = new TaskCompletionSource();
        var shown = progress.During(work.Task);
        progress.OrderAccepted();
        progress.OrderAccepted();
        progress.OrderKnown();
        progress.OrdersEnded(1);
        var reason = $"customerId is {new string('x', 200)}";
        progress.LineRejected("orders.jsonl", 17, reason);
        await _clock.Pass(TimeSpan.FromSeconds(5));
        work.SetResult();
        await shown;

        writer.ToString().ReplaceLineEndings("\n").ShouldBe(
            $"orders.jsonl:17: rejected: {reason}\norders accepted 2, known 1, ended 1; lines rejected 1; 5 s\n");
    }

    [Test]
    public async Task Ends_with_the_works_own_trouble()
    {
        var progress = new RunProgress(Console(new StringWriter()), _clock);
        await Should.ThrowAsync<IOException>(() => progress.During(Task.FromException(new IOException())));
    }

    static IAnsiConsole Console(StringWriter writer) => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
}
