using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Orchestrator.Hosting.Logging;
using Orchestrator.Hosting.Settings;

namespace Orchestrator.Tests.Unit.Hosting.Logging;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class The_console : IDisposable
{
    readonly MemoryStream _output = new();
    readonly MemoryStream _errors = new();

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    [Test]
    public void Has_every_line_once_and_whole_and_those_of_a_thread_in_their_order()
    {
        const int Threads = 8, Lines = 5_000;
        using (var console = Console())
        {
            var logger = console.CreateLogger("Shop");
            Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread =>
            {
                for (var i = 0; i < Lines; i++)
                    Say(logger, $"thread {thread} says {i} ü");
            });
        }

        var said = Text(_output).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ')).GroupBy(words => words[^4], words => int.Parse(words[^2], CultureInfo.InvariantCulture))
            .ToList();
        said.Count.ShouldBe(Threads);
        said.ShouldAllBe(thread => thread.SequenceEqual(Enumerable.Range(0, Lines)));
    }

    [Test]
    public void Looks_as_it_does_with_Microsofts_provider()
    {
        using (var console = Console())
        {
            console.SetScopeProvider(new LoggerExternalScopeProvider());
            var logger = console.CreateLogger("Shop.Till");
            using (logger.BeginScope("order 7"))
                Say(logger, "no change", LogLevel.Warning, new InvalidOperationException("empty"));
        }

        Text(_output).ShouldBe("warn: Shop.Till[0] => order 7 no change System.InvalidOperationException: empty\n");
    }

    [Test]
    public void Gets_errors_where_they_belong()
    {
        using (var console = Console(options => options.LogToStandardErrorThreshold = LogLevel.Error))
        {
            Say(console.CreateLogger("Shop"), "bad", LogLevel.Error);
            Say(console.CreateLogger("Shop"), "odd", LogLevel.Warning);
        }

        Text(_errors).ShouldBe("fail: Shop[0] bad\n");
        Text(_output).ShouldBe("warn: Shop[0] odd\n");
    }

    [Test]
    public void Has_what_is_said_after_the_end()
    {
        var console = Console();
        console.Dispose();
        Say(console.CreateLogger("Shop"), "closed");
        Text(_output).ShouldBe("info: Shop[0] closed\n");
        console.Dispose();
    }

    [Test]
    public void Does_not_need_a_reader()
    {
        using var console = Console(output: new Broken());
        Say(console.CreateLogger("Shop"), "nobody hears");
        console.Dispose();
    }

    [Test]
    public async Task Makes_those_wait_who_say_more_than_it_can_write()
    {
        using var stuck = new Stuck();
        using var console = Console(output: stuck);
        var logger = console.CreateLogger("Shop");
        var talk = Task.Run(() =>
        {
            for (var i = 0; i < 100; i++)
                Say(logger, new string('x', 100_000));
        });
        await stuck.IsWriting.Task;
        talk.IsCompleted.ShouldBeFalse("ten million characters fit into no buffer of one");
        stuck.Go.Set();
        await talk;
        console.Dispose();
        stuck.Written.ShouldBeGreaterThan(10_000_000);
    }

    [Test]
    public async Task Does_not_keep_a_process_from_ending()
    {
        using var stuck = new Stuck();
        var console = Console(output: stuck);
        var logger = console.CreateLogger("Shop");
        Say(logger, "hello");
        await stuck.IsWriting.Task;
        console.Dispose();
        for (var i = 0; i < 20; i++)
            Say(logger, new string('x', 100_000));
        stuck.Go.Set();
    }

    [Test]
    public async Task Drops_lines_when_it_is_told_to_rather_than_wait()
    {
        using var stuck = new Stuck();
        using var console = Console(options => options.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite, stuck);
        var logger = console.CreateLogger("Shop");
        Say(logger, "hello");
        await stuck.IsWriting.Task;
        for (var i = 0; i < 20; i++)
            Say(logger, new string('x', 100_000));
        stuck.Go.Set();
        console.Dispose();
        stuck.Written.ShouldBeInRange(1_000_000, 1_300_000);
    }

    [Test]
    public void Has_nothing_of_a_line_that_could_not_be_said()
    {
        using (var console = Console())
        {
            var logger = console.CreateLogger("Shop");
            Should.Throw<InvalidOperationException>(() => Say(logger, "", exception: new Unspeakable()));
            Say(logger, "next");
        }

        Text(_output).ShouldBe("info: Shop[0] next\n");
    }

    [Test]
    public void Says_which_formatters_there_are() =>
        Should.Throw<SettingsException>(() => Console(options => options.FormatterName = "xml"))
            .Message.ShouldBe("Logging:Console:FormatterName is 'xml'; it is one of json, simple, systemd.");

    BatchedConsole Console(Action<ConsoleLoggerOptions>? configure = null, Stream? output = null)
    {
        var options = new ConsoleLoggerOptions();
        configure?.Invoke(options);
        var formatters = new ServiceCollection()
            .AddLogging(
                logging =>
                    logging.AddSimpleConsole(
                        simple =>
                            (simple.SingleLine, simple.IncludeScopes, simple.ColorBehavior) = (true, true, LoggerColorBehavior.Disabled)))
            .BuildServiceProvider().GetServices<ConsoleFormatter>();
        return new BatchedConsole(options, formatters, output ?? _output, _errors);
    }

    static void Say(ILogger logger, string text, LogLevel level = LogLevel.Information, Exception? exception = null) =>
        logger.Log(level, default, text, exception, static (said, _) => said);

    static string Text(MemoryStream stream) => Encoding.UTF8.GetString(stream.ToArray());

    sealed class Unspeakable : Exception
    {
        public override string ToString() => throw new InvalidOperationException("no words");
    }

    sealed class Broken : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("broken pipe");

        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("broken pipe");
    }

    sealed class Stuck : MemoryStream
    {
        public TaskCompletionSource IsWriting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim Go { get; } = new();

        public long Written { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            IsWriting.TrySetResult();
            Go.Wait();
            Written += buffer.Length;
        }

        protected override void Dispose(bool disposing)
        {
            Go.Dispose();
            base.Dispose(disposing);
        }
    }
}
