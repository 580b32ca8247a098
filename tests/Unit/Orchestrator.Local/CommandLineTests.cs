using Orchestrator.Engine;
using Orchestrator.Hosting.Commands;
using Orchestrator.Hosting.Embedded;
using Orchestrator.Local;
using Orchestrator.Local.Faults;
using Orchestrator.Local.Orders;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Local;

public class The_command_line
{
    readonly StringWriter _output = new(), _error = new();
    ProcessOptions? _asked;

    [SetUp]
    public void SetUp()
    {
        _output.GetStringBuilder().Clear();
        _error.GetStringBuilder().Clear();
        _asked = null;
    }

    [Test]
    public async Task Without_arguments_asks_for_the_sample_run()
    {
        (await Run()).ShouldBe(ExitCode.Done);
        _asked.ShouldBe(ProcessOptions.Sample);
        File.Exists(_asked!.Orders).ShouldBeTrue();
        File.Exists(_asked.Stock).ShouldBeTrue();
        _asked.Data.ShouldBe(Path.Combine("data", "sample"));
    }

    [TestCase("process --orders o.jsonl --stock s.csv", "data", false)]
    [TestCase("process --data d --json --stock s.csv --orders o.jsonl", "d", true)]
    public async Task Asks_for_a_run_of_ones_own_files(string args, string data, bool json)
    {
        (await Run(args)).ShouldBe(ExitCode.Done);
        _asked.ShouldBe(new ProcessOptions("o.jsonl", "s.csv", data, json));
    }

    [TestCase("--stock s --rabbitmq amqp://u:p@h --postgres Host=h", true, false, false)]
    [TestCase("--rabbitmq amqp://u:p@h --submit-only", false, true, false)]
    [TestCase("--stock s --rabbitmq amqp://u:p@h --postgres Host=h --submit-only", true, true, false)]
    [TestCase("--rabbitmq amqp://u:p@h --postgres Host=h --submit-only --watch", true, true, true)]
    public async Task Asks_for_a_run_on_servers(string args, bool postgres, bool submitOnly, bool watch)
    {
        (await Run($"process --orders o.jsonl {args}")).ShouldBe(ExitCode.Done);
        var servers = _asked!.Servers.ShouldNotBeNull();
        servers.RabbitMq.ToString().ShouldBe("amqp://u@h/");
        (servers.Postgres, servers.SubmitOnly, servers.Watch).ShouldBe((postgres ? "Host=h" : null, submitOnly, watch));
    }

    [TestCase("process --orders o.jsonl --rabbitmq amqp://u:secret@h --submit-only", "Passwords__RabbitMQ")]
    [TestCase(
        "process --orders o.jsonl --stock s --rabbitmq amqp://u:secret@h --postgres Host=h;Password=secret",
        "Passwords__RabbitMQ and Passwords__Postgres")]
    public async Task Warns_of_passwords_that_everybody_can_read(string args, string settings)
    {
        (await Run(args)).ShouldBe(ExitCode.Done);
        _error.ToString().ShouldBe(
            "warning: everybody on this machine can read the arguments of a process, and a password is among them; "
            + $"set {settings} in the environment instead, or in a file of that name in the folder that Secrets__Folder "
            + $"names.{Environment.NewLine}");
    }

    [Test]
    public async Task Has_nothing_to_warn_of_without_passwords()
    {
        (await Run("process --orders o.jsonl --stock s --rabbitmq amqp://u@h --postgres Host=h")).ShouldBe(ExitCode.Done);
        _error.ToString().ShouldBeEmpty();
    }

    [TestCase("--stock s --rabbitmq http://h", "Option '--rabbitmq' is no broker's address like amqp://user@host:5672/virtual-host")]
    [TestCase("--stock s --rabbitmq amqp://h --postgres Username=x", "Option '--postgres' names no Host")]
    [TestCase(
        "--stock s --rabbitmq amqp://h --postgres Hots=x",
        "Option '--postgres' can't be understood (Couldn't set hots (Parameter 'hots'))")]
    [TestCase("--stock s --postgres Host=h", "Option '--postgres' needs '--rabbitmq'")]
    [TestCase("--stock s --rabbitmq amqp://h", "Option '--rabbitmq' needs '--postgres', or '--submit-only'")]
    [TestCase("--stock s --rabbitmq amqp://h --postgres Host=h --data d", "Option '--data' is for runs without servers")]
    [TestCase("--rabbitmq amqp://h --postgres Host=h", "Option '--stock' is required")]
    [TestCase("--stock s --submit-only", "Option '--submit-only' needs '--rabbitmq'")]
    [TestCase("--stock s --watch", "Option '--watch' needs '--submit-only'")]
    [TestCase("--stock s --wait", "Option '--wait' needs '--rabbitmq'")]
    [TestCase("--rabbitmq amqp://h --submit-only --watch", "Option '--watch' needs '--postgres'")]
    [TestCase("--rabbitmq amqp://h --submit-only --stock s", "Option '--stock' needs '--postgres'")]
    public async Task Says_which_options_of_a_run_on_servers_do_not_go_together(string args, string mistake)
    {
        (await Run($"process --orders o.jsonl {args}")).ShouldBe(ExitCode.Usage);
        _asked.ShouldBeNull();
        _error.ToString().ShouldBe($"{mistake}; --help tells what can be asked for.{Environment.NewLine}");
    }

    [TestCase("", 60.0)]
    [TestCase("--wait", null)]
    public async Task Waits_for_servers_that_give_no_answer_for_a_minute_or_as_long_as_it_takes(string wait, double? seconds)
    {
        (await Run($"process --orders o.jsonl --rabbitmq amqp://u:p@h --submit-only {wait}")).ShouldBe(ExitCode.Done);
        (_asked!.Servers!.Patience?.TotalSeconds).ShouldBe(seconds);
    }

    [TestCase("")]
    [TestCase("--rabbitmq amqp://u:p@h --postgres Host=h")]
    public async Task Asks_for_participants_that_misbehave(string servers)
    {
        (await Run($"process --orders o.jsonl --stock s {servers} --faults payment:late=0.5;seed=7")).ShouldBe(ExitCode.Done);
        var faults = _asked!.Faults.ShouldNotBeNull();
        (faults.Rate("payment", Fault.Late), faults.Seed).ShouldBe((0.5m, 7));
    }

    [TestCase(
        "--stock s --faults payment:late=2",
        "Option '--faults', entry 1 'payment:late=2': the rate '2' of late is not a number from 0 to 1")]
    [TestCase(
        "--stock s --faults all:late=1;all:silence=1",
        "Option '--faults', inventory: silence, delay, late, duplicate add up to 2; a command meets at most one of them, so the sum "
        + "can be at most 1")]
    [TestCase(
        "--rabbitmq amqp://h --submit-only --faults all:late=1",
        "Option '--faults' does not go with '--submit-only': the participants run elsewhere")]
    [TestCase("--stock s --faults", "Required argument missing for option: '--faults'")]
    public async Task Says_which_faults_can_not_be_injected(string args, string mistake)
    {
        (await Run($"process --orders o.jsonl {args}")).ShouldBe(ExitCode.Usage);
        _asked.ShouldBeNull();
        _error.ToString().ShouldBe($"{mistake}; --help tells what can be asked for.{Environment.NewLine}");
    }

    [TestCase("bogus", "Unrecognized command or argument 'bogus'; --help tells what can be asked for.")]
    [TestCase("process --orders o.jsonl", "Option '--stock' is required; --help tells what can be asked for.")]
    [TestCase("process --stock s.csv --orders", "Required argument missing for option: '--orders'; --help tells what can be asked for.")]
    [TestCase(
        "process --orders o.jsonl --stock s.csv --jsn", "Unrecognized command or argument '--jsn'; --help tells what can be asked for.")]
    public async Task Says_what_is_wrong_with_it_in_one_sentence(string args, string sentence)
    {
        (await Run(args)).ShouldBe(ExitCode.Usage);
        _asked.ShouldBeNull();
        _error.ToString().ShouldBe(sentence + Environment.NewLine);
    }

    [TestCase("process", "--orders", "", "--stock", "s.csv", "--orders")]
    [TestCase("process", "--orders", "o.jsonl", "--stock", "", "--stock")]
    [TestCase("process", "--orders=o.jsonl", "--stock=s.csv", "--data", "", "--data")]
    [TestCase("show", "10248", "--data", "", null, "--data")]
    public async Task Refuses_an_empty_path(string a, string b, string c, string d, string? e, string option)
    {
        string?[] args = [a, b, c, d, e];
        (await CommandLine.Run([.. args.OfType<string>()], (_, _) => Task.FromResult(ExitCode.Done), _output, _error))
            .ShouldBe(ExitCode.Usage);
        _error.ToString().ShouldBe($"Option '{option}' is empty; --help tells what can be asked for.{Environment.NewLine}");
    }

    [Test]
    public async Task Does_not_wait_for_a_server_that_is_to_show_an_order()
    {
        (await Run("show 10248 --postgres Host=127.0.0.1;Port=1;Username=u").WaitAsync(TimeSpan.FromSeconds(20)))
            .ShouldBe(ExitCode.Trouble);
        _error.ToString().ShouldStartWith("PostgreSQL at 127.0.0.1:1 does not answer (Connection refused");
        _error.ToString().ShouldEndWith("); check --postgres." + Environment.NewLine);
    }

    [TestCase("--help")]
    [TestCase("process --help")]
    [TestCase("process -h --orders")]
    public async Task Explains_itself(string args)
    {
        (await Run(args)).ShouldBe(ExitCode.Done);
        _asked.ShouldBeNull();
        foreach (var word in new[] { "process", "sku,onHand", "\"orderId\"", "Exit code: 0", "3 some orders are suspended", "--faults" })
            _output.ToString().ShouldContain(word);
    }

    static IEnumerable<TestCaseData> Trouble()
    {
        yield return Case(new InputFileException("There is no orders file x."), ExitCode.Usage, "There is no orders file x.");
        yield return Case(new DataFolderException("The data folder is in use."), ExitCode.Trouble, "The data folder is in use.");
        yield return Case(new NewerSchemaException("journal", "9"), ExitCode.Trouble,
            "The data can't be opened: the journal tables come from a newer version (migration 9 is unknown here); run that version, or "
            + "name another place for the data.");
        yield return Case(new IOException("Disk full."), ExitCode.Trouble, "The run broke off: Disk full.");
        yield return Case(
            new InputFileException("There is no orders file \u001b[2J."), ExitCode.Usage, "There is no orders file \\u001b[2J.");
        yield return Case(
            new AggregateException(new InvalidOperationException("outer", new DefinitionException("trip", "it has no steps"))),
            ExitCode.Trouble,
            "The program can't start: saga trip: it has no steps.");
        yield return Case(
            new OperationCanceledException(), ExitCode.Trouble, "The run was interrupted; the same command goes on where it stopped.");

        static TestCaseData Case(Exception trouble, int exitCode, string sentence) => new(trouble, exitCode, sentence);
    }

    [TestCaseSource(nameof(Trouble))]
    public async Task Tells_of_trouble_in_one_sentence(Exception trouble, int exitCode, string sentence)
    {
        (await CommandLine.Run([], (_, _) => Task.FromException<int>(trouble), _output, _error)).ShouldBe(exitCode);
        _error.ToString().ShouldBe(sentence + Environment.NewLine);
    }

    [Test]
    public async Task Tells_of_a_defect_in_full()
    {
        (await CommandLine.Run([], (_, _) => throw new InvalidOperationException("Oh."), _output, _error)).ShouldBe(ExitCode.Trouble);
        _error.ToString().ShouldContain("   at ");
    }

    Task<int> Run(string args = "") => CommandLine.Run(
        args.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        (options, _) =>
        {
            _asked = options;
            return Task.FromResult(ExitCode.Done);
        },
        _output,
        _error);
}

public class An_input_file
{
    [Test]
    public void That_is_missing_is_named() =>
        Should.Throw<InputFileException>(() => InputFile.Open("orders", "no/such.jsonl")).Message.ShouldBe(
            "There is no orders file no/such.jsonl.");

    [Test]
    public void That_is_a_folder_is_named() =>
        Should.Throw<InputFileException>(() => InputFile.Open("stock", Path.GetTempPath())).Message.ShouldEndWith(
            " is a folder; name the stock file itself.");
}
