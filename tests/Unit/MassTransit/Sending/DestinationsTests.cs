using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Contracts;
using Orchestrator.MassTransit.Sending;

namespace Orchestrator.Tests.Unit.MassTransit.Sending;

/// <summary>Messages whose receiver takes none.</summary>
public class A_receiver_that_takes_nothing
{
    const string Queue = "shipping-commands";

    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    ManualTime _time = null!;
    Destinations _destinations = null!;
    int _tried;

    [SetUp]
    public void Begin()
    {
        _time = new ManualTime();
        _destinations = new Destinations(_time, NullLogger<Destinations>.Instance);
        _tried = 0;
    }

    [TearDown]
    public void End() => _destinations.Dispose();

    [OneThreadTest]
    public async Task Is_tried_every_five_minutes_while_it_is_forbidden_for_however_long_that_lasts()
    {
        await Should.ThrowAsync<DeferredMessageException>(Send(Forbid));
        for (var i = 0; i < 100; i++)
        {
            _tried = 0;
            _time.Pass(TimeSpan.FromMinutes(5));
            await Should.ThrowAsync<DeferredMessageException>(Send(Forbid));
            _tried.ShouldBe(1);
        }
    }

    [Test]
    public void May_take_larger_messages_over_the_next_connection()
    {
        _destinations.LargestMessage = 1_000;
        _destinations.LoseConnection();
        _destinations.LargestMessage.ShouldBeNull("the broker has been configured anew, or is another one");
    }

    [OneThreadTest]
    public async Task Is_tried_for_five_seconds_before_its_first_message_is_put_off()
    {
        var message = Send(Refuse);
        await Pass(4.5);
        message.IsCompleted.ShouldBeFalse();
        _tried.ShouldBeInRange(6, 12);
        await Pass(1.5);
        var deferred = await Should.ThrowAsync<DeferredMessageException>(message);
        deferred.Message.ShouldBe("shipping-commands takes no messages (it is full)");
        deferred.InnerException.ShouldBeOfType<InvalidOperationException>();
    }

    [OneThreadTest]
    public async Task Has_three_messages_wait_for_it_and_puts_all_others_off_at_once()
    {
        var waiting = Enumerable.Range(0, 3).Select(_ => Send(Refuse)).ToList();
        for (var i = 0; i < 100; i++)
            await Should.ThrowAsync<DeferredMessageException>(Send(Refuse));
        waiting.ShouldAllBe(message => !message.IsCompleted);
    }

    [OneThreadTest]
    public async Task Takes_those_that_wait_as_soon_as_it_takes_anything()
    {
        var isFull = true;
        var waiting = Enumerable.Range(0, 3).Select(_ => Send(() => isFull ? Refuse() : Task.CompletedTask)).ToList();
        await Pass(1);
        isFull = false;
        await Pass(1);
        await Task.WhenAll(waiting);
        await Send(() => Task.CompletedTask);
    }

    [OneThreadTest]
    public async Task Is_tried_by_one_message_every_two_seconds_once_it_is_blocked()
    {
        await Block();
        _tried = 0;
        for (var i = 0; i < 100; i++)
        {
            await Should.ThrowAsync<DeferredMessageException>(Send(Refuse));
            await Pass(0.1);
        }

        _tried.ShouldBeInRange(4, 6, "ten seconds have passed");
    }

    [OneThreadTest]
    public async Task Is_tried_by_one_message_at_a_time_once_it_is_blocked()
    {
        await Block();
        await Pass(2);
        var answer = new TaskCompletionSource();
        var probe = Send(() => answer.Task);
        await Pass(2);
        await Should.ThrowAsync<DeferredMessageException>(Send(() => Task.CompletedTask));
        answer.SetResult();
        await probe;
        await Send(() => Task.CompletedTask);
    }

    [OneThreadTest]
    public async Task Is_open_to_all_from_the_first_message_on_that_it_takes()
    {
        await Block();
        await Pass(2);
        await Send(() => Task.CompletedTask);
        for (var i = 0; i < 100; i++)
            await Send(() => Task.CompletedTask);
    }

    [OneThreadTest]
    public async Task Holds_up_no_other()
    {
        await Block();
        await _destinations.Send("inventory-commands", _ => Task.CompletedTask, default);
    }

    // Services are disposed of in reverse order of their creation. So the destinations may go before the bus, which waits for its messages
    // when it stops.
    [OneThreadTest]
    public async Task Takes_messages_until_the_bus_has_stopped()
    {
        await Send(() => Task.CompletedTask);
        _destinations.Dispose();
        await Send(() => Task.CompletedTask);
    }

    // A queue without a quorum behaves like this.
    [OneThreadTest]
    public async Task Is_told_by_the_silence_of_a_broker_that_answers_others()
    {
        var message = Send(Silence);
        await Pass(1);
        await _destinations.Send("inventory-commands", _ => Task.CompletedTask, default);
        await Pass(3);
        message.IsCompleted.ShouldBeFalse();
        await Pass(2);
        (await Should.ThrowAsync<DeferredMessageException>(message)).Message.ShouldContain("does not confirm");
        await Should.ThrowAsync<DeferredMessageException>(Send(Silence));
    }

    // If the messages were sent again and again, the broker would block the whole connection.
    [OneThreadTest]
    public async Task Is_not_tried_again_while_the_broker_may_still_confirm_what_it_has()
    {
        var answer = new TaskCompletionSource();
        var messages = Enumerable.Range(0, 100).Select(_ => Send(stop =>
        {
            SendTry.Current!.HandOver();
            return answer.Task.WaitAsync(stop);
        })).ToList();
        _tried.ShouldBe(26);
        await Pass(31);
        messages.ShouldAllBe(message => message.IsFaulted && message.Exception!.InnerException is DeferredMessageException);
        for (var minute = 0; minute < 60; minute++)
        {
            await Pass(60, step: 1);
            if (Send(Silence) is { IsFaulted: true } put)
                put.Exception!.InnerException.ShouldBeOfType<DeferredMessageException>();
        }

        _tried.ShouldBeInRange(27, 31);
        answer.SetResult();
        await Pass(1);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Send(() => Task.CompletedTask)));
    }

    // Messages that the broker has not confirmed are lost with the connection, and no message may report this.
    [OneThreadTest]
    public async Task Is_tried_again_at_once_over_the_next_connection()
    {
        var messages = Enumerable.Range(0, 100).Select(_ => Send(_ =>
        {
            SendTry.Current!.HandOver();
            return new TaskCompletionSource().Task;
        })).ToList();
        await Pass(31);
        messages.Select((message, i) => (i, message.Status)).Where(one => one.Status != TaskStatus.Faulted)
            .ShouldBeEmpty($"tried {_tried}");
        await Should.ThrowAsync<DeferredMessageException>(Send(() => Task.CompletedTask));
        _destinations.LoseConnection();
        await Pass(1);
        var many = new TaskCompletionSource();
        var next = Enumerable.Range(0, 26).Select(_ => Send(() => many.Task)).ToList();
        _tried.ShouldBe(26 + 26, "all places are free again");
        many.SetResult();
        await Task.WhenAll(next);
    }

    // Several events may go to one queue. The broker counts all messages that the queue has not confirmed.
    [OneThreadTest]
    public async Task Gets_fewer_messages_than_silence_the_connection_whichever_way_they_are_addressed()
    {
        var sent = 0;
        for (var minute = 0; minute < 30; minute++)
        {
            foreach (var name in new[] { "PaymentAuthorized", "PaymentCaptured", "PaymentVoided", "PaymentRefused", "CaptureRefused" })
            {
                var messages = Enumerable.Range(0, 30).Select(_ => _destinations.Send(
                    name,
                    stop =>
                    {
                        sent++;
                        return Silence(stop);
                    },
                    default, lane: "events")).ToList();
                await Pass(65, step: 1);
                foreach (var message in messages)
                    await Should.ThrowAsync<DeferredMessageException>(message.WaitAsync(TimeSpan.FromSeconds(10)));
            }
        }

        sent.ShouldBeLessThan(32);
    }

    [OneThreadTest]
    public async Task Is_not_told_by_confirms_that_come_late_one_after_the_other()
    {
        var answers = new List<TaskCompletionSource>();
        var messages = new List<Task>();
        for (var second = 0; second < 60; second++)
        {
            var answer = new TaskCompletionSource();
            answers.Add(answer);
            messages.Add(Send(_ =>
            {
                SendTry.Current!.HandOver();
                return answer.Task;
            }));
            await Pass(1, step: 0.5);
            if (second >= 8)
                answers[second - 8].SetResult();
        }

        answers[^8..].ForEach(answer => answer.SetResult());
        await Task.WhenAll(messages);
        _tried.ShouldBe(60);
    }

    [OneThreadTest]
    public async Task Is_let_go_of_when_the_host_stops()
    {
        var stopped = false;
        var message = Send(async stop =>
        {
            SendTry.Current!.HandOver();
            _ = stop.Register(() => stopped = true);
            await new TaskCompletionSource().Task.WaitAsync(stop);
        });
        await Pass(31);
        await Should.ThrowAsync<DeferredMessageException>(message);
        stopped.ShouldBeFalse();
        _destinations.Close();
        stopped.ShouldBeTrue();
    }

    [OneThreadTest]
    public async Task Is_told_by_a_longer_silence_of_a_broker_of_which_nothing_is_known()
    {
        var message = Send(Silence);
        await Pass(29);
        message.IsCompleted.ShouldBeFalse();
        await Pass(2);
        await Should.ThrowAsync<DeferredMessageException>(message);
    }

    [OneThreadTest]
    public async Task Is_not_told_by_the_silence_of_a_broker_that_has_an_alarm()
    {
        var answer = new TaskCompletionSource();
        var message = Send(stop =>
        {
            SendTry.Current!.HandOver();
            return answer.Task.WaitAsync(stop);
        });
        await Pass(1);
        _destinations.BeginAlarm();
        await Pass(3_600, step: 1);
        message.IsCompleted.ShouldBeFalse();
        _tried.ShouldBe(1, "the broker has it, and would take a second copy too");
        _destinations.EndAlarm();
        answer.SetResult();
        await message;
    }

    [OneThreadTest]
    public async Task Is_not_told_by_a_connection_that_is_away()
    {
        var message = Send(stop => new TaskCompletionSource().Task.WaitAsync(stop)); // The message never gets a channel.
        await Pass(16);
        await Should.ThrowAsync<ConnectionException>(message);
        await Send(() => Task.CompletedTask);
    }

    [OneThreadTest]
    public async Task Is_forgotten_with_the_connection()
    {
        await Block();
        await Pass(2);
        await Should.ThrowAsync<ConnectionException>(Send(() => Task.FromException(new ConnectionException("gone"))));
        await Send(() => Task.CompletedTask);
        await Send(() => Task.CompletedTask);
    }

    [OneThreadTest]
    public async Task Is_given_up_when_the_message_behind_it_is_taken_away()
    {
        using var taken = new CancellationTokenSource();
        var message = _destinations.Send(Queue, Silence, taken.Token);
        await taken.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(message);
    }

    [OneThreadTest]
    public async Task Is_given_a_last_chance_for_what_is_committed()
    {
        using var taken = new CancellationTokenSource();
        var answer = new TaskCompletionSource();
        var message = _destinations.Send(Queue, stop => answer.Task.WaitAsync(stop), taken.Token, lastTry: Second);
        await taken.CancelAsync();
        answer.SetResult();
        await message;
    }

    Task Send(Func<Task> once) => Send(_ => once());

    Task Send(Func<CancellationToken, Task> once) => _destinations.Send(
        Queue,
        stop =>
        {
            _tried++;
            return once(stop);
        },
        default);

    static Task Refuse()
    {
        var refusal = new InvalidOperationException("as the broker says it");
        SendTry.Current!.HandOver();
        SendTry.Current!.Refuse("it is full", refusal);
        return Task.FromException(refusal);
    }

    static Task Forbid()
    {
        var refusal = new InvalidOperationException("as the broker says it");
        SendTry.Current!.HandOver();
        SendTry.Current!.Refuse("it is forbidden", refusal, isForbidden: true);
        return Task.FromException(refusal);
    }

    static Task Silence(CancellationToken stop)
    {
        SendTry.Current!.HandOver();
        return new TaskCompletionSource().Task.WaitAsync(stop);
    }

    async Task Block()
    {
        var message = Send(Refuse);
        await Pass(6);
        await Should.ThrowAsync<DeferredMessageException>(message);
    }

    // Moves the clock in small steps. After each step all code that became ready runs until it waits again: on one thread, twenty turns are
    // enough.
    async Task Pass(double seconds, double step = 0.05)
    {
        for (var passed = 0.0; passed < seconds; passed += step)
        {
            _time.Pass(TimeSpan.FromSeconds(step));
            for (var turns = 0; turns < 20; turns++)
                await Task.Yield();
        }
    }
}
