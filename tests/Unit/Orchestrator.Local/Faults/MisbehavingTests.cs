using System.Collections.Concurrent;
using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Payment;
using Orchestrator.Engine;
using Orchestrator.Local.Faults;
using Orchestrator.MassTransit;
using Orchestrator.Sagas.OrderFulfilment;
using Fault = Orchestrator.Local.Faults.Fault;

namespace Orchestrator.Tests.Unit.Local.Faults;

public class A_participant_that_misbehaves
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(3); // 30 s at the pace below.

    readonly Guid _order = Guid.CreateVersion7(), _conversation = Guid.CreateVersion7();
    ManualTime _time = null!;
    ConcurrentQueue<object> _effects = null!;
    Unhandled _unhandled = null!;
    Channel<ConsumeContext> _answers = null!;
    ServiceProvider _services = null!;
    IBusControl _bus = null!;

    AuthorizePayment Authorize => new(_order, 1, "VINET", new Money(168m, "USD"));

    [TearDown]
    public async Task StopBus()
    {
        await _bus.StopAsync();
        await _services.DisposeAsync();
        _unhandled.ShouldBeEmpty("these would go to the dead letters");
    }

    [Test]
    public async Task Loses_half_of_the_commands_before_they_have_an_effect()
    {
        await Start("payment: silence=1; pace=0.1");
        await Send(Authorize, Id(part => part < 0.5));
        await NothingElseIsAnswered();
        _effects.ShouldBeEmpty();
        Counted(Fault.Silence).ShouldBe(1);
    }

    [Test]
    public async Task Loses_the_other_half_of_the_answers_after_the_effect()
    {
        await Start("payment: silence=1; pace=0.1");
        await Send(Authorize, Id(part => part >= 0.5));
        await NothingElseIsAnswered();
        _effects.ShouldBe([Authorize]);
        Counted(Fault.Silence).ShouldBe(1);
    }

    [Test]
    public async Task Gets_a_command_late_and_handles_it_then_as_if_it_came_from_the_saga()
    {
        await Start("payment: delay=1; pace=0.1");
        var id = Id(part => part > 0.6);
        await Send(Authorize, id);
        await NothingElseIsAnswered();
        var wait = await _time.Armed();
        wait.ShouldBeGreaterThan(Limit * 1.2);
        wait.ShouldBeLessThan(Limit * 2);
        _effects.ShouldBeEmpty();
        _services.IsNothingDelayed().ShouldBeFalse();

        _time.Pass(wait);
        IsFrom(id, await Answer<PaymentAuthorized>());
        _effects.ShouldBe([Authorize]);
        await NothingElseIsAnswered();
        _services.IsNothingDelayed().ShouldBeTrue("once is enough");
        Counted(Fault.Delay).ShouldBe(1);
    }

    [Test]
    public async Task Answers_late_what_it_did_in_time()
    {
        await Start("payment: late=1; pace=0.1");
        var id = Id(_ => true);
        await Send(Authorize, id);
        await NothingElseIsAnswered();
        _effects.ShouldBe([Authorize]);
        var wait = await _time.Armed();
        wait.ShouldBeInRange(Limit, Limit * 2);
        _services.IsNothingDelayed().ShouldBeFalse();

        _time.Pass(wait);
        IsFrom(id, await Answer<PaymentAuthorized>());
        await NothingElseIsAnswered();
        _effects.ShouldBe([Authorize]);
        _services.IsNothingDelayed().ShouldBeTrue();
        Counted(Fault.Late).ShouldBe(1);
    }

    [Test]
    public async Task Handles_and_answers_twice_by_the_same_message()
    {
        await Start("payment: duplicate=1");
        var id = Id(_ => true);
        await Send(Authorize, id);
        IsFrom(id, await Answer<PaymentAuthorized>());
        IsFrom(id, await Answer<PaymentAuthorized>());
        await NothingElseIsAnswered();
        _effects.ShouldBe([Authorize, Authorize]);
        Counted(Fault.Duplicate).ShouldBe(1);
    }

    [Test]
    public async Task Refuses_every_attempt_at_an_act_and_says_so_when_asked()
    {
        await Start("payment: refuse=1");
        var refusal = new PaymentRefused(_order, 1, "refused by --faults");
        foreach (var message in new object[] { Authorize, Authorize, new GetPaymentStatus(_order, 1, nameof(AuthorizePayment), 1) })
        {
            await Send(message, Guid.CreateVersion7());
            var answer = await Answer<PaymentRefused>();
            answer.Message.ShouldBe(refusal);
            answer.MessageId.ShouldBe(Answers.MessageId(Authorize, refusal));
        }

        await Send(new GetPaymentStatus(_order, 1, nameof(CapturePayment), 1), Guid.CreateVersion7());
        (await Answer<CaptureRefused>()).Message.Reason.ShouldBe("refused by --faults");
        _effects.ShouldBeEmpty();
        Counted(Fault.Refuse).ShouldBe(4);
    }

    [Test]
    public async Task Refuses_no_undo()
    {
        await Start("payment: refuse=1");
        await Send(new VoidPayment(_order, 1), Guid.CreateVersion7());
        (await Answer<PaymentVoided>()).Message.ShouldBe(new PaymentVoided(_order, 1));
        Counted(Fault.Refuse).ShouldBe(0);
    }

    [Test]
    public async Task Is_silent_about_its_refusal_too()
    {
        await Start("payment: refuse=1 silence=1");
        await Send(Authorize, Id(part => part >= 0.5));
        await NothingElseIsAnswered();
        _effects.ShouldBeEmpty();
        (Counted(Fault.Refuse), Counted(Fault.Silence)).ShouldBe((1, 1));
    }

    async Task Start(string spec)
    {
        var faults = FaultSpec.Parse(spec);
        _time = new ManualTime();
        _effects = [];
        _unhandled = [];
        _answers = Channel.CreateUnbounded<ConsumeContext>();
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(_time)
            .AddSingleton<StepSaga<Order>>(new OrderFulfilmentSaga { Pace = faults.Pace })
            .AddFaults(faults)
            .AddMassTransit(bus =>
            {
                bus.UsingInMemory((context, configure) =>
                {
                    // One at a time, so that the last answer belongs to the last command.
                    configure.ConcurrentMessageLimit = 1;
                    configure.UseMessageMetadata("orchestrator");
                    configure.UseFaults(context);
                    configure.ConnectReceiveObserver(_unhandled);
                    configure.ReceiveEndpoint(PaymentQueues.Commands, Participant);
                    configure.ReceiveEndpoint("answers", endpoint =>
                    {
                        endpoint.Handler<PaymentAuthorized>(Keep);
                        endpoint.Handler<PaymentRefused>(Keep);
                        endpoint.Handler<CaptureRefused>(Keep);
                        endpoint.Handler<PaymentVoided>(Keep);
                        endpoint.Handler<StockReleased>(Keep);
                    });
                });
            })
            .BuildServiceProvider(validateScopes: true);
        _bus = _services.GetRequiredService<IBusControl>();
        await _bus.StartAsync();

        void Participant(IReceiveEndpointConfigurator endpoint)
        {
            endpoint.Handler<AuthorizePayment>(context =>
            {
                _effects.Enqueue(context.Message);
                return context.Answer(new PaymentAuthorized(context.Message.OrderId, 1, "A-1"));
            });
            endpoint.Handler<VoidPayment>(context => context.Answer(new PaymentVoided(context.Message.OrderId, 1)));
            endpoint.Handler<GetPaymentStatus>(context =>
                context.Answer(new PaymentUnknown(context.Message.OrderId, 1, context.Message.Step, context.Message.Attempt)));
            endpoint.Handler<ReleaseStock>(context => context.Answer(new StockReleased(context.Message.OrderId, 1)));
        }

        Task Keep(ConsumeContext answer) => _answers.Writer.WriteAsync(answer).AsTask();
    }

    Guid Id(Func<double, bool> isWanted)
    {
        var spec = _services.GetRequiredService<FaultSpec>();
        var fault = FaultDecisions.Exclusive.First(fault => spec.Rate("payment", fault) == 1);
        Guid id;
        do
            id = Guid.CreateVersion7();
        while (!isWanted(_services.GetRequiredService<FaultDecisions>().Part("payment", fault, id)));
        return id;
    }

    async Task Send(object command, Guid id)
    {
        var queue = await _bus.GetSendEndpoint(new Uri($"exchange:{PaymentQueues.Commands}"));
        await queue.Send(command, Pipe.Execute<SendContext>(context =>
        {
            context.MessageId = id;
            context.ConversationId = _conversation;
        }));
    }

    async Task<ConsumeContext<T>> Answer<T>()
        where T : class
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return (await _answers.Reader.ReadAsync(patience.Token)).ShouldBeAssignableTo<ConsumeContext<T>>()!;
    }

    // A command to a participant without faults, over the same queues. Its answer comes after all earlier ones.
    async Task NothingElseIsAnswered()
    {
        await Send(new ReleaseStock(_order, 1), Guid.CreateVersion7());
        await Answer<StockReleased>();
    }

    void IsFrom(Guid command, ConsumeContext<PaymentAuthorized> answer)
    {
        answer.MessageId.ShouldBe(Answers.MessageId(Authorize, answer.Message));
        answer.CorrelationId.ShouldBe(_order);
        answer.ConversationId.ShouldBe(_conversation);
        answer.Headers.Get<string>(WireHeaders.CausationId).ShouldBe(command.ToString());
        answer.Headers.Get<string>(WireHeaders.Source).ShouldBe("payment");
        answer.Headers.Get<int>(WireHeaders.SchemaVersion).ShouldBe(1);
    }

    long Counted(Fault fault) =>
        _services.GetRequiredService<FaultCounts>().ToList().Single(count => (count.Participant, count.Fault) == ("payment", fault)).Count;

    sealed class Unhandled : ConcurrentQueue<string>, IReceiveObserver
    {
        public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostReceive(ReceiveContext context)
        {
            if (!context.IsDelivered)
                Enqueue(context.Body.GetString());
            return Task.CompletedTask;
        }

        public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
            where T : class => Task.CompletedTask;

        public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
            where T : class => Task.CompletedTask;

        public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;
    }
}
