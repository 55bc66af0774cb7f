using System.Buffers.Binary;
using System.Text;

namespace Strikeline.SystemTests.Exchange;

/// <summary>The types of a command, by the numbers that the journal gives them.</summary>
internal enum Ask : byte
{
    None = 0,
    Place = 1,
    Amend = 2,
    Cancel = 3,
    Deposit = 4,
    Withdraw = 5,
    Transfer = 6,
    CancelAll = 7,
    OpenAccount = 8,
}

/// <summary>A command as a client of the pipe words it, and as it finds it again in a record of the journal.</summary>
/// <remarks>Written from the format alone, without the program's own types.</remarks>
internal readonly record struct Asked
{
    private const int Size = 80;

    private static readonly string[] Types =
        ["", "place", "amend", "cancel", "deposit", "withdraw", "transfer", "cancel_all", "open_account"];

    private static readonly string[] Sides = ["buy", "sell"];
    private static readonly string[] Tifs = ["gtc", "ioc", "fok", "post_only"];
    private static readonly string[] Stps = ["cancel_newest", "cancel_oldest", "cancel_both", "decrement", "allow"];
    private static readonly string[] Kinds = ["limit", "market", "market_by_value"];

    public Ask Type { get; init; }

    public byte Side { get; init; }

    public byte Tif { get; init; }

    public byte Stp { get; init; }

    public byte Kind { get; init; }

    public short Instrument { get; init; }

    public int Account { get; init; }

    public int Price { get; init; }

    public long Quantity { get; init; }

    /// <summary>Deposit, withdraw, transfer: the asset. Open account: how many orders it may have.</summary>
    public long Target { get; init; }

    public int StopPrice { get; init; }

    public int To { get; init; }

    public UInt128 ClientId { get; init; }

    public long Display { get; init; }

    public long ExpiresAt { get; init; }

    /// <summary>True where a client id makes sure that it is done at most once.</summary>
    public bool IsOnce => Type is Ask.Place or Ask.Deposit or Ask.Withdraw or Ask.Transfer or Ask.OpenAccount;

    /// <summary>Reads a record's payload, which has no zeroes at its end; the time is the exchange's.</summary>
    public static Asked Of(ReadOnlySpan<byte> payload)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes.Clear();
        payload.CopyTo(bytes);
        Assert.Equal(0, bytes[5]);
        return new Asked
        {
            Type = (Ask)bytes[0],
            Side = bytes[1],
            Tif = bytes[2],
            Stp = bytes[3],
            Kind = bytes[4],
            Instrument = BinaryPrimitives.ReadInt16LittleEndian(bytes[6..]),
            Account = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            Price = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
            Quantity = BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            Target = BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            StopPrice = BinaryPrimitives.ReadInt32LittleEndian(bytes[40..]),
            To = BinaryPrimitives.ReadInt32LittleEndian(bytes[44..]),
            ClientId = BinaryPrimitives.ReadUInt128LittleEndian(bytes[48..]),
            Display = BinaryPrimitives.ReadInt64LittleEndian(bytes[64..]),
            ExpiresAt = BinaryPrimitives.ReadInt64LittleEndian(bytes[72..]),
        };
    }

    /// <summary>The line that asks for it.</summary>
    public string ToLine(long tag)
    {
        var line = new StringBuilder(200);
        line.Append("{\"type\":\"").Append(Types[(int)Type]).Append("\",\"tag\":").Append(tag);
        Number("account", Account);
        Number("instrument", Instrument);
        if (Type == Ask.Place)
        {
            Word("side", Sides[Side]);
            Word("tif", Tifs[Tif]);
            Word("kind", Kinds[Kind]);
        }

        if (Type is Ask.Place or Ask.Amend)
        {
            Word("stp", Stps[Stp]);
        }

        Number("price", Price);
        Number("stop_price", StopPrice);
        Number("quantity", Quantity);
        Number("display", Display);
        Number("expires_at", ExpiresAt);
        Number(Type == Ask.OpenAccount ? "most_orders" : "asset", Target);
        Number("to", To);
        if (ClientId != UInt128.Zero)
        {
            Word("client_id", ClientId.ToString());
        }

        return line.Append('}').ToString();

        void Number(string name, long value)
        {
            if (value != 0)
            {
                line.Append(",\"").Append(name).Append("\":").Append(value);
            }
        }

        void Word(string name, string word) =>
            line.Append(",\"").Append(name).Append("\":\"").Append(word).Append('"');
    }
}
