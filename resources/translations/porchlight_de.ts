<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>Added, but looks like {0} ({1})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No photo could be used for {0}; the reasons stand below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n photos added to {0}</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0}, {1} set aside</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n photos set aside</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photos of {0} taken back</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Porchlight sees no face in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None of these faces can be used; point at one to see why.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which one is {0}? Click the face, or choose it with the arrow keys and press Enter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Face {0} of {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: looks like {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too early to say</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It works here, and can be made safer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It works here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Somebody at your door looks like {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} and {1} are hard to tell apart</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No setting helps here. More sharp photos from different days do. Until then Porchlight often says that it is not sure, which is better than a wrong name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your photos of one person are alike, and nobody else comes near. Nothing needs to be changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Somebody else comes rather near. Let names end at {0} instead of {1}, and there is room between them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You are stricter than these photos ask for: names may end at {0} instead of {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most alike are {0} and {1} ({2}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The nearest photo of {0} is even more like {1}: is it in the right place?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A stranger of the past would be called {0} today ({1}): {2}. If that is wrong, say there who it was.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The stranger most like one of you was like {0} ({1}): {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of the faces that you said are not {0}, one is as near as {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Porchlight can judge this once two people have three good photos each.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{0} needs %n more.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Pictures also came from %n browsers, last at {0}.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n doors</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>well</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last heard {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>camera fault</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>opening</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>watching</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Camera {0} of this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n legs failed at {0}.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Everything worked at {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>turned away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>online</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>offline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>heard {0} ago</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last heard {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%Ln pictures</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>running for {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>id {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unauthenticated: anyone in your network can speak in its name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} Rings are still delivered.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Firmware {0} did not prove itself: it went back to {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turned away so far: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} with a wrong signature</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} from before a restart</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} repeated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} unsigned</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} while not let in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} beyond the limit of a minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>signed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything from it is signed with its own key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unauthenticated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} % of pictures broken</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} arrived broken.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>camera well</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cable well</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n rings wait in it</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>They come as soon as the station is reached.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n rings lost</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>It hung, and its watchdog started it again {0} ago.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>started by its watchdog</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The station was away for so long that the door could not keep them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no cable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no network address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>firmware {0} on trial</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>firmware {0}, {1} is available</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>firmware {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The newest this station has.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is not done: {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: the door does not answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: sent, waiting for the door…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Firmware {0} runs and has proved itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Firmware {0} did not prove itself: the door went back to {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Firmware {0} runs on trial…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The update was sent, but the door does not answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Firmware {0} is sent; the door fetches it…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chime</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Update</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The door shows the text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The door has chimed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The door has looked: its picture is on Live.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The door is open for a moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it does not say why</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A new door sent a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Someone was at the door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A look at the door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A test of the door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A stranger was at the door</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n strangers were at the door</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Can&apos;t tell who it was: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No face in the picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture could not be examined</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>someone else</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n others</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0} were at the door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} was at the door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Somebody you know</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No name is given: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You said who this is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There was nobody to compare with yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looks like {0}, {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nearest is {0}, but too far for the name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>more than 99 % likely</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} % likely</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>distance to {0} {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to {0} {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a name is given up to {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}, to {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody is told before you let the door in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept quiet: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is told when the verdict is there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No message was sent: at that time nothing was switched on to send one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It waits for your word: nothing of a door is looked at before you let it in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The ring was told at once; no picture of it has come yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recognition has not looked at it yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No face was found, at full size and enlarged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The door&apos;s screen shows: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Own words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a text for the door&apos;s screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask the door for a new picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the visitor a name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is not {0}; earlier visits are looked at again, too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try the messages that failed once more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coming!</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One moment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One moment, please.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave it at the door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Please leave it at the door.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody can come</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody can come now, sorry.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no usable photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n photos</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>up to {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} to {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>General</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Receiver</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recognition</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other services</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keeping visits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quiet and digest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening doors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>When somebody rings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Storage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>User name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Found by itself in the network (mDNS)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Token for the reading API</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address of the Bot API</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest picture (MB)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Same visit within (seconds)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bot token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Addresses</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Doors that may be opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opener on for (seconds)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Secret of the one-time codes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Encrypted (TLS)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Certificate authority</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compute cluster</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What finds faces</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Disk space (GB)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>People you know (days)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strangers (days)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without a face (days)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quiet hours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only strangers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Never for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Once a day for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Always for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Digest of the day at</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full test by itself at</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send alerts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Home Assistant discovery</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discovery messages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of known faces</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sound</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loudness (percent)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bring the window to the front</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How sure a name must be</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest distance for a name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Worker processes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unknown doors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures per minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connections at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Engine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Broker</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>First part of every topic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Topic of the screens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prefix of the discovery</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep the picture at the broker</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hold and ask me</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Built in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>My own broker</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One for each door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One for each entity (before 2024.12)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sure: 1 stranger in 100 may be named</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Very sure: 1 in 1,000</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Porch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bell</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Knock</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The fastest there is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>HOG: slower, always there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>YuNet: fast, needs its file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That of this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At least {ge}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More than {gt}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At most {le}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whole numbers only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A number is needed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This cannot be empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This does not have the form described on the left.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dead: answers nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>blind: its sensor is gone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sends garbage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stuck: never finishes a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>endless: claims huge pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>hangs until it is reset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>frozen: the same picture again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>flaky: works now and then</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One short flash in 3 s: all is well.
On: somebody rang.
Quick flicker: starting.
2 flashes: no network.
3 flashes: the station does not answer.
4 flashes: the camera does not work.
5 flashes: never set up.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This visit is gone meanwhile.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stranger {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%Ln visits</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n people</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} in %n days</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0}, the last one {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n photos that were removed before</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>What was learnt of the face, %n times</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The name in %n visits; their pictures stay</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n messages in chats are put right</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>What MQTT kept of the last visit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name in the rules for quiet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What could have been undone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} came in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Already there: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another recogniser judged them where they come from; this one looks for itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A new door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A stranger</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n strangers</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Can&apos;t tell who</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No face</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answered in {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>looking who it is ...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no picture yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>kept quiet: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t tell</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stranger</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stranger {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A photo held to its camera looks like the person it shows: never let anything open because of a name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not authenticated: it has no key, so anything in your network could send in its name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No picture has come yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture arrived broken</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quiet until you end it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quiet until {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The full test failed. {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything works: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delivered {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Retry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} replaced by a newer one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} kept quiet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} Trying again in {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Retry now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} on its way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ring</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>visitor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>working</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>waiting {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not working</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Since {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Beginnings</name>
    <message>
        <source>The light is on. Nobody has rung yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>When someone rings, you see here who it is, whether that can be trusted, and what to do.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Or try a photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add people first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The door starts, then it rings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It has rung: its picture comes in a moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for the camera…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See it work</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A door without hardware: the real firmware, on a board that exists on this computer only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ring the virtual door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See yourself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It takes one picture now, and others when you press Look. Nothing leaves this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use this computer&apos;s camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect a door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open this address in a phone&apos;s browser, or give it to a door unit:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set up a board over USB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No camera was found here. Is one plugged in, and no other program using it?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taking the first picture…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Camera of this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is a door now: its first picture comes in a moment.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CameraCard</name>
    <message>
        <source>Taking a picture…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Is {0} no door any more? Its visits stay.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take a picture now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A face that stays there rings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture is on Live.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CameraPanel</name>
    <message>
        <source>Use a camera as a door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trying it: the first picture can take some seconds…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cameras</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It stands in the camera&apos;s manual: rtsp:// or http://. User and password are kept as a secret.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A face that stays before it rings, as if a button had been pressed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Else the camera is closed, and takes a picture when you press Look.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use this camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Camera of this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A camera in the network, by its address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is a door now: its first picture is on Live.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChatsCard</name>
    <message>
        <source>Telegram chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pairing code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Somebody who is not paired wrote to your bot: {0}. They are ignored.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paired: alerts go to that chat from now on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pair a chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop pairing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send this code to your bot within ten minutes. In a group, or a topic of one, send /pair {0}: everybody in it then sees the alerts and may answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No chat is paired yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ignored: {0}, since {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unpair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unpair {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sees alerts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>replies</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>hushes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>names people</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>opens</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChoiceEditor</name>
    <message>
        <source>Choices</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ConnectPanel</name>
    <message>
        <source>Add a door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Any phone or device: open this address, or scan the code. What it sends asks here to be let in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set up a board over USB…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a camera…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CopyButton</name>
    <message>
        <source>Copied</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DetectorCard</name>
    <message>
        <source>Faster, sharper face finder (YuNet)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sees faces that are small, dark or turned, several times as fast. It is a file of the OpenCV project, free to use (MIT licence), and not part of Porchlight: nothing is fetched unless you ask for it here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>YuNet fetched so far</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get it (0.2 MB, from the OpenCV project)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there, but the settings choose HOG</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>missing, but the settings insist on it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fetching YuNet ...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>YuNet is here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping ...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>YuNet&apos;s file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose YuNet&apos;s file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the file ...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Removing it ...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Removed.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DoorCard</name>
    <message>
        <source>Open {0} now?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the key of {0} away? It is not let in any more until it is set up anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unpair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take a picture now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chime</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show a text on its screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text for the screen of this door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For two minutes after somebody has rung</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One-time code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One-time code that opens this door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far the update is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key, shown this once. Put it into the door&apos;s config.json:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is seldom wanted with this door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pair: give it a key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unpair: take its key away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Update firmware</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approve</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To look, chime or show a text, connect MQTT in Settings: it is the way to a door.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sending…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is refused: what it sends is turned away.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DoorName</name>
    <message>
        <source>Name of this door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type a new name and press Enter to rename</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DoorsPage</name>
    <message>
        <source>Doors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send a ring that nobody made the whole way, and see the time of each leg</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a door…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Enrolment</name>
    <message>
        <source>There are no pictures in there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close this report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whose photos are these? (a name you know, or a new one)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photos judged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photos just added</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show why</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave it out</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n photos of somebody</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Photos of {0}: {1} of {2} looked at</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the face</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FaceChooser</name>
    <message>
        <source>Back to the list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photo {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for faces …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This photo cannot be shown</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FaceCrop</name>
    <message>
        <source>Drag this face onto a person</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FaceView</name>
    <message>
        <source>A face, seen {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FolderEditor</name>
    <message>
        <source>Choose a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder: {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ForgetCard</name>
    <message>
        <source>Forget for good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The photos, what was learnt from them, the name in every visit and rule, and what MQTT and Telegram show of it. The pictures of the visits stay until you delete those. This cannot be undone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget {0} for good?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is forgotten. This is gone:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What chats were told in other words, and messages of other services, stay where they are.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FullTestCard</name>
    <message>
        <source>Full test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A ring that nobody made is on its way: to the phone, the broker and every screen, marked TEST…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GalleryTransfer</name>
    <message>
        <source>Photos done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add them to mine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replace mine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export everybody</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import people</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing {0} …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: shall its people come beside yours, or in their place?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading {0} …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} are in {1} now. Keep it as you keep the photos themselves.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Neither</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>IdentityModel</name>
    <message>
        <source>{0}, {1} of {2} photos usable</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Life</name>
    <message>
        <source>Show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quiet for an hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something went wrong inside Porchlight ({0}). It is written to the log.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It keeps watching the door. Quit it from this icon.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep watching the door? Quitting means that rings are no longer answered.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep watching, minimised</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LivePage</name>
    <message>
        <source>A photo to try</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop the picture to try it as if it rang at the door.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try a photo as if it rang</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Today&apos;s visits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody so far today.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} could not be used. {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no picture in {0}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Live</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Visits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>People</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Doors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not working</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} does not work: {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open settings</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NamesEditor</name>
    <message>
        <source>Names, separated by commas</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Naming</name>
    <message numerus="yes">
        <source>Without a name besides: %n</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>The face in question</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is ... (a name you know, or a new one)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give this visitor a name</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close this message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NumbersEditor</name>
    <message>
        <source>Numbers, separated by commas</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>OwnTestCard</name>
    <message>
        <source>Does it work here?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for every photo among the others …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>more alike</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>less alike</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to the people</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photos flatter: at the door, and at night, everybody looks less like their photos.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How alike photos are. {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each photo and the same person&apos;s others</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each photo and the nearest other person</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strangers at the door and the nearest person</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>names end here ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>safer here ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This could not be done</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PeopleGrid</name>
    <message>
        <source>Everybody who is known</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PeoplePage</name>
    <message>
        <source>Looking at {0} photos ...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photos of a person</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>People</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everybody at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export everybody …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import people …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add people …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody is known yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop photos or a folder here, from any program. A folder&apos;s name becomes the person&apos;s name. Two or three sharp photos, face to the camera, are enough.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose photos …</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n visits say {0} now</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>; the face is no good photo: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photos of {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These files cannot be read: {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PersonPanel</name>
    <message>
        <source>Photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of this person</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type a new name and press Enter to rename</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who is this as well?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recognised by {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No photo can be used yet: add one with the face sharp and turned to the camera.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is called {1} from now on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} and {1} are one person now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} went to {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whose are the chosen photos?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} was removed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add photos …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What else to do with this person</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Is somebody else as well …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The chosen photos are somebody else&apos;s …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget for good …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is a {1} already. Is that the same person as {0}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Yes, merge them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Problems</name>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the settings file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use port {0} instead</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The log says more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk or the network said no: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Porchlight cannot start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An error inside Porchlight: {0}: {1}. It is written to the log.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>QrCode</name>
    <message>
        <source>QR code</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>QuietControl</name>
    <message>
        <source>Quiet: be told of nobody for a while</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>End quiet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For half an hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For an hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For eight hours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until I end it</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Reply</name>
    <message>
        <source>Own words for the door&apos;s screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A text for the screen at {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Telling {0} ...</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SecretEditor</name>
    <message>
        <source>Forget</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>•••••••• saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not set</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SectionCard</name>
    <message>
        <source>More settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trying ...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fewer settings</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SetUpPanel</name>
    <message>
        <source>Set up a door over USB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>MicroPython for the board</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>MicroPython</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What you call it: Front door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lower-case letters, digits and hyphens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Board</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Id</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Boards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far this step is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>My board is not listed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The USB cable must carry data; many carry power only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A new board needs MicroPython first. Download the newest .uf2 file for W5100S_EVB_PICO from micropython.org. Hold the button BOOTSEL on the board while you plug it in: it shows as the drive RPI-RP2. Then choose the file here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the .uf2 file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}, number {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plug the board in with a USB cable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Talking to the board…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is set up and has said hello.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>MicroPython is on the board: give the door a name and set it up.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>Saved; takes effect at the next start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saving ...</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Try the sound</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test everything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send a test the whole way: receiver, recognition, phone, broker, screens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the settings file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings are in {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SnapshotStrip</name>
    <message>
        <source>Picture {0} of this visit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A better picture came: it took the first one&apos;s place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of these pictures the first shows most.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StartingPage</name>
    <message>
        <source>Porchlight is starting ...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It takes a second or two.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StatusLight</name>
    <message>
        <source>Status light</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StrangerPanel</name>
    <message>
        <source>This is … (a name you know, or a new one)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ignore for good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask about them again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is ignored</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is asked about again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All these visits get the name, and the best face becomes a photo. You can also drag the face from below onto somebody&apos;s card.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StrangersStrip</name>
    <message>
        <source>People who came more than once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who is this? They came more than once</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n are ignored</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Hide who is ignored</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Open Porchlight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit: rings are no longer answered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Porchlight is watching the door</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VirtualDoorPanel</name>
    <message>
        <source>Virtual door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start the virtual door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget it and its key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>starting…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who stands before the virtual door?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A door without hardware: the real firmware on a board that exists on this computer only. Ring it, choose who stands before it, make it night, pull the cable, break the camera.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch the virtual door off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>status light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ring the bell</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who stands before the door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a picture…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Or drop one here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light at the door, from night to day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Network cable plugged in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is wrong with the camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ways in which a camera breaks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>(dark)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>(no screen)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>buzzer sounds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>buzzer</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VisitFilterBar</name>
    <message>
        <source>Search names, doors, reasons</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search visits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Person</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Anybody</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Door</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All doors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Any day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show all visits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose days …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Any verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>People you know</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strangers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Can&apos;t tell who</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No face</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not examined</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>First day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VisitPanel</name>
    <message>
        <source>Picture: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The door was asked for a new picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not {0}: faces like this one will not be given that name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Other visits that changed with it: %n.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>This is {0}: the face was added to their photos and will be known.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Noted as {0}. The face was not added to their photos: {1}. A better photo can be added on People.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Other visits of theirs that have the name now: %n.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VisitReasons</name>
    <message>
        <source>Why this verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Messages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>The best of %n pictures.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Nobody rang: the picture was asked for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See the door</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VisitsPage</name>
    <message>
        <source>All visits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Deleted: {0}, {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Visit of {0}.zip</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export this visit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ZIP files (*.zip)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The visit is in {0}, with its pictures.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export this list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Visits.csv</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The list is being written …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No visits yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whoever rings is kept here with picture and verdict. On Live you can try it with a photo.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a visit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its pictures, faces and messages appear here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export this list as a table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No visit fits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing that is kept is like this.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show all visits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete this visit</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%Ln visits</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} has %Ln visits.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing was written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This visit is gone meanwhile.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WaitingDoors</name>
    <message>
        <source>The door&apos;s first picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A new door wants to connect: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its pictures wait, unexamined, until you decide. First heard {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approve</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is connected.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is refused: its pictures are turned away.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
