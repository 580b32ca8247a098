using System.Runtime.Serialization;
using System.Text;
using System.Text.Json.Nodes;
using MassTransit;
using MassTransit.Context;
using MassTransit.Serialization;
using Orchestrator.Contracts.Orders;
using Orchestrator.MassTransit.Wire;
using Orchestrator.Tests.Unit.Contracts;

namespace Orchestrator.Tests.Unit.MassTransit.Wire;

/// <summary>MassTransit reads what we write, we read what it writes, and both results are equal.</summary>
public class An_envelope
{
    static readonly IMessageSerializer Ours = new WireSerialization().CreateSerializer();
    static readonly IMessageDeserializer OurReader = new WireSerialization().CreateDeserializer();
    static readonly SystemTextJsonMessageSerializer MassTransits = SystemTextJsonMessageSerializer.Instance;
    static readonly Guid Id = new("0197a1b2-c3d4-7e5f-8a6b-0c1d2e3f4a5b");

    [Test]
    public void Is_written_as_MassTransit_writes_it([Values] bool isFull)
    {
        var context = Context(new OrderCancelled(Id, "ORD-1", "by <us>"), isFull);
        var written = JsonNode.Parse(Ours.GetMessageBody(context).GetString())!;
        var expected = JsonNode.Parse(MassTransits.GetMessageBody(context).GetString())!;
        foreach (var property in expected.AsObject())
        {
            if (property.Key is "sentTime" or "expirationTime" && property.Value is { } time)
                written[property.Key]!.GetValue<DateTime>().ShouldBe(time.GetValue<DateTime>(), TimeSpan.FromMinutes(1));
            else
                JsonNode.DeepEquals(written[property.Key], property.Value)
                .ShouldBeTrue($"{property.Key}: {written[property.Key]} instead of {property.Value}");
        }

        written.AsObject().Select(property => property.Key).ShouldBe(expected.AsObject().Select(property => property.Key));
    }

    [TestCaseSource(typeof(Messages), nameof(Messages.Types))]
    public void Holds_every_message_whole(Type type) =>
        typeof(An_envelope).GetMethod(nameof(ComesBack), System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!
            .MakeGenericMethod(type).Invoke(null, [Messages.Sample(type)]);

    [Test]
    public void Says_what_MassTransit_wrote([Values] bool isFull)
    {
        var context = Context(new OrderCancelled(Id, "ORD-1", "by us"), isFull);
        var body = MassTransits.GetMessageBody(context);
        var read = Read(OurReader, body.GetString());
        var expected = Read(MassTransits, body.GetString());
        foreach (var property in typeof(MessageContext).GetProperties().Where(property => property.PropertyType != typeof(Headers)))
            property.GetValue(read).ShouldBeEquivalentTo(property.GetValue(expected), property.Name);
        read.SupportedMessageTypes.ShouldBe(expected.SupportedMessageTypes);
        foreach (var name in new[] { "text", "TEXT", "moment", "id", "none" })
            read.Headers.Get<string>(name).ShouldBe(expected.Headers.Get<string>(name), name);
        read.Headers.Get<int>("number").ShouldBe(expected.Headers.Get<int>("number"));
        read.Headers.Get<long>("number").ShouldBe(expected.Headers.Get<long>("number"));
        read.Headers.Get<long>("large").ShouldBe(expected.Headers.Get<long>("large"));
        read.Headers.Get<Guid>("id").ShouldBe(expected.Headers.Get<Guid>("id"));
        read.Headers.Get<DateTime>("moment").ShouldBe(expected.Headers.Get<DateTime>("moment"));
        read.Headers.Get<bool>("flag").ShouldBe(expected.Headers.Get<bool>("flag"));
        read.Headers.GetAll().Select(header => header.Key).Except(expected.Headers.GetAll().Select(header => header.Key)).ShouldBeEmpty();
    }

    [TestCase(
        """{"messageType":["urn:message:Orchestrator.Contracts.Orders:OrderCancelled"],"message":"""
        + """{"orderId":"0197a1b2-c3d4-7e5f-8a6b-0c1d2e3f4a5b","refusedStep":"ORD-1","reason":"x","later":7},}""",
        TestName = "A comma at the end")]
    [TestCase(
        """{"MessageType":["urn:message:Orchestrator.Contracts.Orders:OrderCancelled"],"Message":"""
        + """{"orderId":"0197a1b2-c3d4-7e5f-8a6b-0c1d2e3f4a5b","refusedStep":"ORD-1","reason":"x"}}""",
        TestName = "Names in capitals")]
    [TestCase(
        """{"messageType":["URN:message:orchestrator.contracts.orders:ordercancelled"],"message":"""
        + """{"orderId":"0197a1b2-c3d4-7e5f-8a6b-0c1d2e3f4a5b","refusedStep":"ORD-1","reason":"x"}}""",
        TestName = "A type in other letters")]
    [TestCase(
        """{"extra":{"a":[1]},"messageId":"0197A1B2C3D47E5F8A6B0C1D2E3F4A5B","messageType":"""
        + """["urn:message:Orchestrator.Contracts.Orders:OrderCancelled"],"message":"""
        + """{"orderId":"0197a1b2-c3d4-7e5f-8a6b-0c1d2e3f4a5b","refusedStep":"ORD-1","reason":"x"}}""",
        TestName = "Unknown fields, ids without hyphens")]
    [TestCase(
        """{"messageType":["urn:message:Orchestrator.Contracts.Orders:OrderCancelled"],/* why */"headers":{"a":{"b":[1,2]}},"message":"""
        + """{"orderId":"0197a1b2-c3d4-7e5f-8a6b-0c1d2e3f4a5b","refusedStep":"ORD-1","reason":"x"}}""",
        TestName = "A comment, and headers with a structure")]
    public void Is_read_as_MassTransit_reads_it(string json)
    {
        var (read, expected) = (Read(OurReader, json), Read(MassTransits, json));
        read.MessageId.ShouldBe(expected.MessageId);
        read.TryGetMessage<OrderCancelled>(out var message).ShouldBeTrue();
        expected.TryGetMessage<OrderCancelled>(out var theirs).ShouldBeTrue();
        message.ShouldBe(theirs);
        read.TryGetMessage<OrderFulfilled>(out _).ShouldBeFalse();
    }

    [Test]
    public void Has_headers_of_any_kind()
    {
        const string Json =
            """{"messageType":[],"message":{},"headers":"""
            + """{"yes":true,"no":false,"one":1.0,"large":5000000000,"half":0.5,"deep":{"a":[1]}}}""";
        var (read, expected) = (Read(OurReader, Json).Headers, Read(MassTransits, Json).Headers);
        read.GetAll().Select(header => (header.Key, header.Value.ToString()))
            .ShouldBe(expected.GetAll().Select(header => (header.Key, header.Value.ToString())));
        (read.Get<bool>("yes"), read.Get<bool>("no"), read.Get<int>("one"), read.Get<long>("large"), read.Get<double>("half"))
            .ShouldBe((true, false, 1, 5_000_000_000, 0.5));
    }

    [Test]
    public void Can_be_read_as_what_its_message_is_among_others()
    {
        var json = Ours.GetMessageBody(Context(new OrderCancelled(Id, "ORD-1", "x"), isFull: false)).GetString();
        Read(OurReader, json).TryGetMessage(typeof(IOrderMessage), out var message).ShouldBeTrue();
        ((IOrderMessage)message).OrderId.ShouldBe(Id);
    }

    [Test]
    public void That_can_not_be_written_is_an_error_that_another_try_would_not_mend() =>
        Should.Throw<SerializationException>(() => Ours.GetMessageBody(Context(new Measurement(double.NaN), isFull: false)).GetBytes());

    [TestCase("""{"messageType":["urn:message:A:B"],"message":{"a":1},"headers":{"":"x"}}""")]
    [TestCase("""{"messageType":["urn:message:A:B"],"message":{"a":1},"headers":{"x":{"a":"\ud800"}}}""")]
    [TestCase("")]
    [TestCase("nonsense")]
    [TestCase("[1]")]
    [TestCase("{}")]
    [TestCase("""{"message":null}""")]
    [TestCase("""{"messageType":["urn:message:A:B"],"message":{"a":1}""")]
    [TestCase("""{"messageType":["urn:message:A:B"],"message":{"a":1}} {}""")]
    public void That_is_none_is_refused_as_MassTransit_refuses_it(string json)
    {
        var expected = Should.Throw<SerializationException>(() => Read(MassTransits, json));
        Should.Throw<SerializationException>(() => Read(OurReader, json)).Message.ShouldBe(expected.Message);
    }

    [Test]
    public void Is_as_large_as_its_message()
    {
        var large = new OrderCancelled(Id, "ORD-1", new string('x', 200_000));
        ComesBack(large);
        ComesBack(new OrderCancelled(Id, "ORD-2", "small"));
    }

    sealed record Measurement(double Value);

    static void ComesBack<T>(T message)
        where T : class
    {
        var json = Ours.GetMessageBody(Context(message, isFull: true)).GetString();
        foreach (var reader in new IMessageDeserializer[] { OurReader, MassTransits })
        {
            Read(reader, json).TryGetMessage<T>(out var back).ShouldBeTrue();
            back.ShouldBeEquivalentTo(message);
        }
    }

    static SerializerContext Read(IMessageDeserializer reader, string json) =>
        reader.Deserialize(new BytesMessageBody(Encoding.UTF8.GetBytes(json)), EmptyHeaders.Instance);

    static MessageSendContext<T> Context<T>(T message, bool isFull)
        where T : class
    {
        var context = new MessageSendContext<T>(message) { MessageId = Id };
        if (!isFull)
            return context;
        (context.CorrelationId, context.ConversationId, context.RequestId, context.InitiatorId) = (Id, Id, Id, Id);
        (context.SourceAddress, context.DestinationAddress) = (new Uri("rabbitmq://host/a%20b?x=1"), new Uri("exchange:payment-commands"));
        (context.ResponseAddress, context.FaultAddress) = (new Uri("queue:answers"), new Uri("queue:faults"));
        context.TimeToLive = TimeSpan.FromHours(1);
        context.Headers.Set("text", "Räksmörgås <\"'> 😀");
        context.Headers.Set("number", 7);
        context.Headers.Set("large", long.MaxValue);
        context.Headers.Set("id", Id);
        context.Headers.Set("flag", true);
        context.Headers.Set("moment", new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        return context;
    }
}
